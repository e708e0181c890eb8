package engine

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"modernc.org/sqlite"
)

// image is what the driver's connections can do beside SQL. Its Deserialize is left alone: it
// hands SQLite memory that the driver uses again.
type image interface {
	Serialize() ([]byte, error)
	NewRestore(from string) (*sqlite.Backup, error)
}

// Image is the whole database as the bytes of a file, without side files.
func (s *Store) Image(ctx context.Context) (content []byte, err error) {
	err = s.raw(ctx, func(c image) error {
		content, err = c.Serialize()
		return err
	})
	return content, err
}

// ErrNoImage says that a file is no database that Image wrote.
var ErrNoImage = errors.New("it is no image of a database")

// OpenImage opens a copy, in memory, of the database in a file. The file is read once and
// never written, nor is anything beside it.
func OpenImage(path string) (*Store, error) {
	full, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	if err := checkImage(full); err != nil {
		return nil, err
	}
	s, err := Open(MemoryPath)
	if err != nil {
		return nil, err
	}
	err = s.raw(context.Background(), func(c image) error {
		from, err := c.NewRestore("file:" + escapePath(full) + "?mode=ro&immutable=1")
		if err != nil {
			return err
		}
		_, err = from.Step(-1)
		return errors.Join(err, from.Finish())
	})
	if err != nil {
		return nil, errors.Join(fmt.Errorf("%s cannot be read: %w", path, err), s.Close())
	}
	return s, nil
}

// checkImage looks at a file's header. Two bytes after the page size are 1 in a file that
// has no write-ahead log, which a copy in memory cannot have.
func checkImage(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	header := make([]byte, 100)
	switch _, err := io.ReadFull(f, header); {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return ErrNoImage
	case err != nil:
		return err
	case !bytes.HasPrefix(header, []byte("SQLite format 3\x00")), header[18] != 1, header[19] != 1:
		return ErrNoImage
	}
	return nil
}

// raw lends the driver's connection, of which a database in memory has one.
func (s *Store) raw(ctx context.Context, f func(image) error) error {
	c, err := s.write.Conn(ctx)
	if err != nil {
		return err
	}
	defer c.Close() //nolint:errcheck // it goes back to the pool
	return c.Raw(func(driver any) error {
		able, ok := driver.(image)
		if !ok {
			return fmt.Errorf("the database driver cannot copy a database (%T)", driver)
		}
		return f(able)
	})
}
