//go:build race

package probe

const stride = 12
