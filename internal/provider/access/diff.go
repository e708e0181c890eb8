package access

import (
	"cmp"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// NewAccessDiffFunction returns provider::tray::access_diff.
func NewAccessDiffFunction() function.Function { return diffFunction{} }

type diffFunction struct{}

func (diffFunction) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "access_diff"
}

func (diffFunction) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	text := types.StringType
	resp.Definition = function.Definition{
		Summary: "Who gained and who lost access between two reports",
		MarkdownDescription: "Compares two reports of access in CSV, as `tray_access_report` writes them, such as the one of the last access review and today's. It makes no request. " +
			"The module needs the provider in its `required_providers`. The result has one object for each person and workspace whose role differs, sorted by address and workspace. " +
			"`change` is `gained`, `lost`, `raised`, `lowered`, or `changed` for a role of the same strength or one that is not Tray's own. `from` and `to` are full roles such as `Workspace Admin`, and `\"\"` for none. " +
			"People and workspaces are compared by their ids, so a new name or address is no difference. `email` and `workspace` are those of the newer report that has them.",
		Parameters: []function.Parameter{
			function.StringParameter{Name: "old", MarkdownDescription: "The earlier report in CSV, such as `file(\"access.csv\")`. `\"\"` is a report in which nobody has access."},
			function.StringParameter{Name: "new", MarkdownDescription: "The later report in CSV, such as `data.tray_access_report.all.csv`."},
		},
		Return: function.ListReturn{ElementType: types.ObjectType{AttrTypes: map[string]attr.Type{
			"change": text, "email": text, "user_id": text, "workspace": text, "workspace_id": text, "from": text, "to": text,
		}}},
	}
}

func (diffFunction) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var texts [2]string
	if resp.Error = req.Arguments.Get(ctx, &texts[0], &texts[1]); resp.Error != nil {
		return
	}
	var reports [2]map[reached]accessLine
	for i, text := range texts {
		var problem string
		if reports[i], problem = readCSV(text); problem != "" {
			resp.Error = function.NewArgumentFuncError(int64(i), problem)
			return
		}
	}
	resp.Error = resp.Result.Set(ctx, diff(reports[0], reports[1]))
}

// reached is one person in one workspace, by their ids.
type reached struct{ user, workspace string }

type accessLine struct{ email, workspace, role string }

// diffColumns are the columns of a report that a comparison needs. They are found by the
// header: reports of other versions may have more, or another order.
var diffColumns = []string{"user_id", "workspace_id", "email", "workspace", "role"}

// readCSV reads a report, or says for its user why it cannot. Cells keep the apostrophe that a formula got, which both
// reports have.
func readCSV(text string) (lines map[reached]accessLine, problem string) {
	lines = map[reached]accessLine{}
	r := csv.NewReader(strings.NewReader(text))
	header, err := r.Read()
	if errors.Is(err, io.EOF) {
		return lines, ""
	}
	at := make([]int, len(diffColumns))
	for i, column := range diffColumns {
		if at[i] = slices.Index(header, column); at[i] < 0 {
			return nil, fmt.Sprintf("This is no report of tray_access_report in CSV: its first line has no column %q.", column)
		}
	}
	for {
		cells, err := r.Read()
		if errors.Is(err, io.EOF) {
			return lines, ""
		}
		if err != nil {
			return nil, fmt.Sprintf("The report cannot be read as CSV: %v.", err)
		}
		who := reached{cells[at[0]], cells[at[1]]}
		if who.user == "" {
			who.user = strings.ToLower(cells[at[2]])
		}
		lines[who] = accessLine{cells[at[2]], cells[at[3]], cells[at[4]]}
	}
}

// difference is what access_diff returns for one person in one workspace.
type difference struct {
	Change      string `tfsdk:"change"`
	Email       string `tfsdk:"email"`
	UserID      string `tfsdk:"user_id"`
	Workspace   string `tfsdk:"workspace"`
	WorkspaceID string `tfsdk:"workspace_id"`
	From        string `tfsdk:"from"`
	To          string `tfsdk:"to"`
}

func diff(before, after map[reached]accessLine) []difference {
	both := maps.Clone(before)
	maps.Copy(both, after)
	all := []difference{}
	for who, line := range both {
		was, is := before[who].role, after[who].role
		if strings.EqualFold(was, is) {
			continue
		}
		d := difference{"changed", line.email, who.user, line.workspace, who.workspace, was, is}
		from, to := strength(was), strength(is)
		switch {
		case was == "":
			d.Change = "gained"
		case is == "":
			d.Change = "lost"
		case from > 0 && to > from:
			d.Change = "raised"
		case to > 0 && to < from:
			d.Change = "lowered"
		}
		all = append(all, d)
	}
	slices.SortFunc(all, func(a, b difference) int {
		return cmp.Or(cmp.Compare(strings.ToLower(a.Email), strings.ToLower(b.Email)), cmp.Compare(a.UserID, b.UserID),
			cmp.Compare(a.Workspace, b.Workspace), cmp.Compare(a.WorkspaceID, b.WorkspaceID))
	})
	return all
}

// strength orders roles of both kinds by what they allow in a workspace: an organization
// Admin reaches it as Admin. 0 is a role that is not Tray's own.
func strength(roleWithKind string) int {
	meant := ParseRole(roleWithKind)
	if len(meant) == 0 {
		return 0
	}
	return 1 + slices.Index([]string{"Viewer", "Contributor", "Admin", "Owner"}, meant[0].Name)
}
