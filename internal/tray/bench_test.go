package tray

import (
	"testing"
)

// A refresh of 1,000 memberships of one workspace: ten pages, then all from memory.
func BenchmarkMember_thousandReads(b *testing.B) {
	f := newFake(1000)
	for b.Loop() {
		c := f.client(b)
		for i := range 1000 {
			if _, err := c.Members.Get(b.Context(), "ws", userID(i+1)); err != nil {
				b.Fatal(err)
			}
		}
	}
}

// A role for each of 100 members of one workspace, with the read-backs that this takes.
func BenchmarkMember_hundredChanges(b *testing.B) {
	f := newFake(100)
	for b.Loop() {
		c := f.client(b)
		for i := range 100 {
			if _, err := c.Members.SetRole(b.Context(), "ws", userID(i+1), toRole(admin)); err != nil {
				b.Fatal(err)
			}
		}
	}
}

// One exchange, without anything remembered: what the links of the chain cost.
func BenchmarkClient_oneExchange(b *testing.B) {
	f := newFake(1)
	c := f.client(b, func(cfg *Config) { cfg.NoCoalescing = true })
	for b.Loop() {
		if _, err := c.Members.Get(b.Context(), "ws", userID(1)); err != nil {
			b.Fatal(err)
		}
	}
}
