// Package coalesce shares reads: whoever wants an object or a list that somebody else has
// read, or is reading, gets that answer, and what this client wrote is never hidden by an
// older one. It is generic over nouns, knows of its Client five things, and of our packages
// rest alone.
//
// # The life of a read
//
// Get asks the noun's Collection for a Key. What is known answers at once (lookup): our
// newest write of it, else the snapshot, which is the list as far as it has been read.
// Otherwise nextStep chooses: the next page of the list, or the object by itself, whichever
// keeps the whole run within twice the cheaper way. Either is a shared request: all who want
// its answer wait for it, and it ends when all of them have left. What it brings is learned
// by the snapshot and observed by the writes, and the reader looks again. Absence from a
// list read to its end is not believed of what has an id until a read by id agrees
// (agreed); and whether that is proof for this token, the noun decides.
//
// # The life of a write
//
// InTurn makes writes to one object take turns. Once sent, a write is waited for even if
// the caller is cancelled, and what completes it goes on for a while (Client.Afterwards).
// An answer that leaves open what was done is settled by looking: CreateOnce, SettleChange,
// RemoveOnce, so that nothing is made twice. A finished write is laid over all reads that
// were sent before it ended, and over later ones until one of them has confirmed it; the
// 1st, 4th, 16th … is read back for that (Confirm). What may have changed by the way is
// voided (Touched, Forget, Invalidate): only a read sent after that counts.
//
// # Words
//
//	snapshot   one reading of a list, page by page as needed, and its reads by key
//	entry      what was last read of one object, and the stamp of that read
//	stamp      the collection's clock, which counts finished writes, when a read was sent
//	complete   of an element: with all its fields; a sparse list has elements without
//	alias      a secondary key, folded, such as an e-mail address
//	shared     a request that several callers wait for
//	write      what this client has finished writing to an object: a value, or a removal
//	confirmed  of a write: a read sent after it has shown it
//	raced      something was written meanwhile, so that only a later read can tell
//	stale      of an entry: older than something that voided it (staleSince)
//	settle     to find out by looking what became of a write
//	absent     not there, as far as lists and reads by id tell; gone is that with proof
//
// The rules that decide between reads and writes stand at Collection.
package coalesce
