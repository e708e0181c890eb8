package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// Terraform starts the provider itself, as it does for a user: three times for a plan,
// and so that all it costs is measured. To know how much memory and processor time the provider
// takes, Terraform starts this program under the provider's name instead, which runs the
// provider and notes it; that costs some ten milliseconds a start, so plans are timed without.
const (
	pluginName  = "terraform-provider-tray"
	envProvider = "TRAY_BENCH_PROVIDER" // the program to run
	envPeaks    = "TRAY_BENCH_PEAKS"    // the file that takes a line for each process: its peak in bytes, and its processor time
)

// settings is the file that tells Terraform where the provider is, or this program in its place.
func (b *bench) settings(watched bool) string {
	if watched {
		return filepath.Join(b.dir, "watched.rc")
	}
	return filepath.Join(b.dir, "terraform.rc")
}

func (b *bench) peaks() string { return filepath.Join(b.dir, "peaks") }

func (b *bench) watched() []string {
	return []string{envProvider + "=" + b.provider, envPeaks + "=" + b.peaks()}
}

// install puts the provider, and this program, where Terraform looks for the provider.
func (b *bench) install() error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	for watched, program := range map[bool]string{false: b.provider, true: self} {
		settings := b.settings(watched)
		plugins := settings + ".plugins"
		if err := os.MkdirAll(plugins, 0o755); err != nil {
			return err
		}
		for name, to := range map[string]string{pluginName: program, idleName: self} {
			if err := os.Symlink(to, filepath.Join(plugins, name)); err != nil {
				return err
			}
		}
		const text = "provider_installation {\n  dev_overrides {\n    \"tray-community/tray\" = %[1]q\n    \"tray-community/idle\" = %[1]q\n  }\n  direct {}\n}\n"
		if err := os.WriteFile(settings, fmt.Appendf(nil, text, plugins), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// forget starts a new measurement.
func (b *bench) forget() error {
	if err := os.Remove(b.peaks()); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// used is the resident memory of the largest provider process, in bytes, and the processor
// time of all of them.
func (b *bench) used() (most int64, cpu time.Duration, err error) {
	text, err := os.ReadFile(b.peaks())
	if err != nil {
		return 0, 0, fmt.Errorf("no provider process has reported its memory: %w", err)
	}
	for line := range strings.Lines(string(text)) {
		var peak, nanoseconds int64
		if _, err := fmt.Sscan(line, &peak, &nanoseconds); err != nil {
			return 0, 0, err
		}
		most, cpu = max(most, peak), cpu+time.Duration(nanoseconds)
	}
	return most, cpu, nil
}

// runProvider is what Terraform starts. It returns the exit status.
func runProvider() int {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM) // the provider decides, as without us
	cmd := exec.Command(os.Getenv(envProvider), os.Args[1:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	if err := cmd.Start(); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		return 1
	}
	go func() {
		for s := range signals {
			_ = cmd.Process.Signal(s)
		}
	}()
	_ = cmd.Wait() // a failure shows in the status
	if used, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
		if err := note(used.Maxrss*1024, used.Utime.Nano()+used.Stime.Nano()); err != nil { // kilobytes on Linux
			fmt.Fprintln(os.Stderr, "bench:", err)
			return 1
		}
	}
	return cmd.ProcessState.ExitCode()
}

func note(peak, nanoseconds int64) error {
	f, err := os.OpenFile(os.Getenv(envPeaks), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(f, peak, nanoseconds)
	return errors.Join(err, f.Close())
}
