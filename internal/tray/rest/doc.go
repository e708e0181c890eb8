// Package rest carries out one call to Tray: a request, as many tries as it takes, and
// either the decoded answer or an Error that says what to do. It remembers nothing of what
// was answered, knows no noun, and imports nothing of ours.
//
// # The life of a call
//
// Do builds the request and hands it to go-retryablehttp, which asks checkRetry after each
// try. Every try goes down a chain of round trippers (Client.chain says why in this order):
//
//   - addHeaders: what every request has
//   - limit: waits until the rate limit lets it pass, and tells the limiter of a 429
//   - logTries: one line a try
//   - readResponse: bounds the try in time, and reads the body to its end
//   - followClock: the server's clock, see Now
//   - authenticate: the token, for our own host only
//
// A try without a usable answer is lost: mayRetry says what may be repeated, and maybeDone
// what may have been carried out all the same. A write of which that is not known ends in
// an Error that IsAmbiguous: whoever wrote has to look. A write that was sent is waited for
// although its caller is cancelled, and Afterwards is the context of looking then.
//
// # Words
//
//	call      one request with all its tries (Call)
//	try       one of them; attempts counts them and what they have come to
//	lost      a try without a usable answer (lostError)
//	ambiguous a write that may have been carried out although the call failed
//	repeated  an earlier try of the same call may have been carried out
//	gone      proven absent, where a 404 may also mean hidden (IsGone)
//	pause     the time after a 429 in which nobody sends (limiter)
//	backoff   the time between a lost try and the next (checkRetry)
//	page      a part of a list; Pager refuses a list that does not end
//	element   an object as it was shown, and whether with all its fields
package rest
