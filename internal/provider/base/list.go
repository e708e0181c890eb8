package base

import (
	"fmt"
	"iter"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/list"
)

// Results streams one result for each object that result accepts, in the order of
// pages, and reads no page that Terraform does not ask for. Noun is "users".
//
// A page that fails ends the stream with an error, on which Terraform prints nothing
// and exits with 1: half a list would look like the whole. Terraform also stops at the
// limit, at 100 unless the list block says otherwise, and says nothing. So the result
// at the limit carries a warning when there is more. It is held back until that is
// known, which takes one page more only if this one is used up.
func Results[T any](req list.ListRequest, noun string, pages iter.Seq2[[]T, error], result func(T) (list.ListResult, bool)) iter.Seq[list.ListResult] {
	return func(push func(list.ListResult) bool) {
		var last *list.ListResult
		var count int64
		for page, err := range pages {
			if last != nil {
				push(cut(*last, req, noun, "There may be more"))
				return
			}
			if err != nil {
				push(listFailed(noun, err))
				return
			}
			for _, object := range page {
				r, ok := result(object)
				switch {
				case !ok:
				case r.Diagnostics.HasError(): // and nothing after it
					push(r)
					return
				case last != nil:
					push(cut(*last, req, noun, "There are more"))
					return
				case req.Limit > 0 && count == req.Limit-1:
					last = &r
				case !push(r):
					return
				default:
					count++
				}
			}
		}
		if last != nil {
			push(*last)
		}
	}
}

func listFailed(noun string, err error) (r list.ListResult) {
	Failed(&r.Diagnostics, "list the "+noun, err)
	return r
}

// cut adds the warning to the result at the limit. A result of its own would come too
// late: Terraform reads no further.
func cut(r list.ListResult, req list.ListRequest, noun, more string) list.ListResult {
	r.Diagnostics.AddWarning("The list of "+noun+" is cut off",
		fmt.Sprintf("%s than the %d %s that the list block asks for. Terraform stops at limit, and at 100 when the block sets none: write a larger one, such as limit = %d.",
			more, req.Limit, noun, max(10_000, req.Limit*10)))
	return r
}

// InDomain reports whether the address is of exactly that domain, written with or
// without the @. A subdomain is another domain.
func InDomain(email, domain string) bool {
	i := strings.LastIndex(email, "@")
	return i >= 0 && strings.EqualFold(email[i+1:], strings.TrimPrefix(domain, "@"))
}
