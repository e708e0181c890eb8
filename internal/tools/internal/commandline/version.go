package commandline

import (
	"cmp"
	"fmt"
	"regexp"
	"strconv"
)

// A Version is a release number such as 1.14.0, or a pre-release such as 1.15.0-beta2.
type Version struct {
	Major, Minor, Patch int
	Pre                 string
}

var versionForm = regexp.MustCompile(`^v?(\d+)\.(\d+)\.(\d+)(?:-([0-9A-Za-z.-]+))?(?:\+\S*)?$`)

// ParseVersion reads "1.14.0", "v1.14.0" or "1.15.0-beta2".
func ParseVersion(s string) (Version, error) {
	m := versionForm.FindStringSubmatch(s)
	if m == nil {
		return Version{}, fmt.Errorf("%q is not a version such as 1.14.0", s)
	}
	var v Version
	for i, part := range []*int{&v.Major, &v.Minor, &v.Patch} {
		n, err := strconv.Atoi(m[i+1])
		if err != nil {
			return Version{}, fmt.Errorf("%q is not a version: %w", s, err)
		}
		*part = n
	}
	v.Pre = m[4]
	return v, nil
}

func (v Version) String() string {
	s := fmt.Sprintf("%d.%d.%d", v.Major, v.Minor, v.Patch)
	if v.Pre != "" {
		s += "-" + v.Pre
	}
	return s
}

// Less orders releases, and puts every pre-release before its release. Two pre-releases of one release are not told
// apart: no choice here hangs on it.
func (v Version) Less(than Version) bool {
	order := cmp.Or(cmp.Compare(v.Major, than.Major), cmp.Compare(v.Minor, than.Minor), cmp.Compare(v.Patch, than.Patch))
	if order == 0 {
		return v.Pre != "" && than.Pre == ""
	}
	return order < 0
}
