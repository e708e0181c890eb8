// Package engine is what the sandbox stands on and what knows nothing of Tray's nouns:
// how a request becomes an answer, and where what it changed is kept.
//
//   - A [Server] or a [Transport] takes a request, over HTTP or in process, through a
//     [Serve] function to an [Outcome]: status, headers and body, or a connection that breaks.
//   - A [Router] finds what answers; [ReadBody] and [DecodeFields] read the body,
//     [Optional] and [Required] its fields, with the sentences that Tray documents;
//     [ReadPaging], [Fetch] and [Page] cut pages out of lists. A refusal is a [Problem].
//   - A [Store] is one SQLite file that several processes share; a [Tx] one transaction on
//     it, for reading (View) or writing (Update). [Limits] holds the rate limit, [Logged]
//     the request log.
//   - A [Fault] is a misfortune that a test has ordered, and [Snapshots] hold the old data
//     that a stale one answers from.
//
// It imports nothing of ours. Nouns, rights, rules and organizations are the sandbox's.
package engine

import _ "embed"

// Tables creates what faults and the log are kept in; a Schema begins with it.
//
//go:embed tables.sql
var Tables string
