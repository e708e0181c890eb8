package provider

import (
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
)

// spare is how much garbage may lie about before it is collected. With it a plan of a few
// resources is over before the first collection or two, and ten thousand memberships take no
// more memory than the performance guide says: a share of what lives, as Go has it, collects
// the one too often and the other too seldom.
const spare = 14 << 20

// paceCollector has garbage collected by spare, unless GOGC says how.
func paceCollector() {
	if os.Getenv("GOGC") != "" {
		return
	}
	set := 0
	var pace func()
	pace = func() {
		if percent := percentOf(living()); percent < set*9/10 || percent > set*11/10 {
			debug.SetGCPercent(percent)
			set = percent
		}
		afterCollection(pace)
	}
	pace()
}

// percentOf is the share of what lives that spare is, within bounds: more than half of a large
// heap is not collected for, as each collection costs by what lives.
func percentOf(live uint64) int { return int(min(max(100*spare/max(live, 1), 50), 400)) }

// living is what the last collection left, in bytes; before the first one nothing.
func living() uint64 {
	sample := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}

// afterCollection calls do once the next collection is over.
func afterCollection(do func()) {
	sentinel := new([64]byte) // nobody's: the collection frees it
	runtime.AddCleanup(sentinel, func(do func()) { do() }, do)
}
