package engine

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
)

// image is what the driver's connections can do beside SQL.
type image interface {
	Serialize() ([]byte, error)
	Deserialize([]byte) error
}

// Image is the whole database as the bytes of a file, without side files.
func (s *Store) Image(ctx context.Context) (bytes []byte, err error) {
	err = s.raw(ctx, func(c image) error {
		bytes, err = c.Serialize()
		return err
	})
	return bytes, err
}

// sqliteMagic begins every database. The two bytes after the page size are 1 in a file
// that has no write-ahead log, which a copy in memory cannot have.
var sqliteMagic = []byte("SQLite format 3\x00")

// ErrNoImage says that a file is no database that Image wrote.
var ErrNoImage = errors.New("it is no image of a database")

// OpenImage opens a copy, in memory, of the database in a file. The file is read once and
// never written, nor is anything beside it.
func OpenImage(path string) (*Store, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	if len(content) < 100 || !bytes.HasPrefix(content, sqliteMagic) || content[18] != 1 || content[19] != 1 {
		return nil, ErrNoImage
	}
	s, err := Open(MemoryPath)
	if err != nil {
		return nil, err
	}
	if err := s.raw(context.Background(), func(c image) error { return c.Deserialize(content) }); err != nil {
		return nil, errors.Join(fmt.Errorf("%s cannot be read: %w", path, err), s.Close())
	}
	return s, nil
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
