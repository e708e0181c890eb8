package snapshot

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// mayWrite refuses a path before anybody is asked anything.
func mayWrite(path string, force bool) error {
	info, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		_, err := os.Stat(filepath.Dir(path))
		return err
	case err != nil:
		return err
	case !info.Mode().IsRegular():
		return fmt.Errorf("%s is there and is no file", path)
	case !force:
		return fmt.Errorf("the file %s is there: use another name, or -force to write over it", path)
	}
	return nil
}

// write puts a file in its place at once, so that nobody ever reads half of one, and for
// its owner alone.
func write(path string, content []byte, force bool) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*.tmp") // with mode 0600
	if err != nil {
		return fmt.Errorf("the snapshot cannot be written: %w", err)
	}
	defer func() {
		if err != nil {
			_ = os.Remove(f.Name())
		}
	}()
	_, err = f.Write(content)
	if err == nil {
		err = f.Sync()
	}
	if closeErr := f.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		return fmt.Errorf("the snapshot cannot be written: %w", err)
	}
	if force {
		return os.Rename(f.Name(), path)
	}
	if err := os.Link(f.Name(), path); err != nil { // unlike a rename it never takes a file's place
		if errors.Is(err, fs.ErrExist) {
			return fmt.Errorf("the file %s has come about meanwhile: use another name, or -force to write over it", path)
		}
		return os.Rename(f.Name(), path) // a file system without links
	}
	return os.Remove(f.Name())
}
