package engine

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"sync"
)

// creating serialises createPrivately with what this process does next: closing a file
// gives up every POSIX lock that the process holds on it, those of SQLite in another
// handle included, so it must not happen once SQLite may have the file open.
var creating sync.Mutex

// createPrivately makes a new file readable by its owner alone, because it holds tokens.
// An empty one becomes so; what else is there may be anybody's file, until migrate has
// seen that it is a sandbox. SQLite gives its side files the same mode.
func createPrivately(path string) error {
	creating.Lock()
	defer creating.Unlock()
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
	if errors.Is(err, fs.ErrExist) {
		if info, err := os.Stat(path); err != nil || info.Size() > 0 {
			return err
		}
		return makePrivate(path)
	}
	if err != nil {
		return fmt.Errorf("the sandbox file %s cannot be made: %w", path, err)
	}
	return f.Close()
}

// makePrivate takes a file away from everybody but its owner. It does not open it, for
// the reason that creating has.
func makePrivate(path string) error {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) || err == nil && info.Mode().Perm()&0o077 == 0 {
		return nil
	}
	if err == nil {
		err = os.Chmod(path, 0o600)
	}
	if err != nil {
		return fmt.Errorf("the sandbox file %s holds tokens and others may read it: %w", path, err)
	}
	return nil
}
