// Command bench measures what the provider costs beside Terraform's own time: it runs
// the real Terraform and the real provider against the sandbox over HTTP, with a
// simulated latency and the documented rate limit, and prints one table.
//
//	TF_CLI=/path/to/terraform go run ./internal/bench [-run REGEXP] [-latency 100ms] [-rate 30]
//
// Figures depend on the machine. Requests do not, and tests assert those.
package main

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"time"
)

func main() {
	switch filepath.Base(os.Args[0]) {
	case pluginName:
		os.Exit(runProvider())
	case idleName:
		os.Exit(serveIdle())
	}
	run := flag.String("run", "", "measure only the cases whose name matches")
	latency := flag.Duration("latency", 100*time.Millisecond, "simulated latency of every answer")
	rate := flag.Int("rate", 30, "requests a second that the sandbox allows")
	repeat := flag.Int("n", 3, "runs of each plan; the fastest is printed")
	flag.Parse()
	if err := measure(*run, *latency, *rate, *repeat); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func measure(run string, latency time.Duration, rate, repeat int) error {
	pick, err := regexp.Compile(run)
	if err != nil {
		return err
	}
	terraform := os.Getenv("TF_CLI")
	if terraform == "" {
		return fmt.Errorf("TF_CLI is not set: run it through `make bench`")
	}
	dir, err := os.MkdirTemp("", "tray-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	b := &bench{
		dir: dir, terraform: terraform, provider: filepath.Join(dir, "terraform-provider-tray"),
		latency: latency, rate: rate, repeat: repeat,
	}
	build := exec.Command("go", "build", "-o", b.provider, ".")
	build.Stdout, build.Stderr = os.Stderr, os.Stderr
	if err := build.Run(); err != nil {
		return fmt.Errorf("go build: %w", err)
	}
	if err := b.install(); err != nil {
		return err
	}
	version, err := exec.Command(terraform, "version").Output()
	if err != nil {
		return fmt.Errorf("%s version: %w", terraform, err)
	}
	fmt.Printf("%s, %s/%s, %d CPUs, %s; sandbox with %s latency, %d requests/s\n\n", time.Now().Format("2006-01-02"),
		runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), firstLine(version), latency, rate)
	printHead()
	for _, l := range layouts() {
		if err := b.layout(l, pick); err != nil {
			return fmt.Errorf("%s: %w", l.name, err)
		}
	}
	for _, e := range estates() {
		if err := b.estate(e, pick); err != nil {
			return fmt.Errorf("%s: %w", e.name, err)
		}
	}
	return nil
}
