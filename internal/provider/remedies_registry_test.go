package provider_test

import (
	"go/ast"
	"go/parser"
	gotoken "go/token"
	"go/types"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// remedy is what becomes of an error's advice: the test that follows it, or why there is
// nothing to follow. With both, the test holds the words.
type remedy struct{ test, why string }

// The reasons why an error has nothing to follow to the letter.
const (
	value  = "a value is wrong, and the words say which one and what may stand there: nothing to paste or to run"
	tray   = "Tray's own refusal or failure, in its words; what helps depends on them"
	nobody = "what was asked for is not there, and the words say under which name it was sought"
	built  = "the summary is built elsewhere: "
)

// remedies has an entry for each summary with which the provider's sources report an error,
// up to the first part that varies; where nothing of it is fixed, the package and expression.
var remedies = map[string]remedy{
	"Could not ": {why: tray},
	"A resource does not change its type by moving":              {test: "TestMember_movedFromAnotherTypeSaysWhatToDo"},
	"Could not adopt the workspace":                              {why: "only Tray's UI changes it: the words say where to click"},
	"Could not change the organization role":                     {test: "TestUser_serverRefuses", why: tray},
	"Could not change the organization's plan":                   {test: "TestOrganizationOperated_whatCannotBeIsRefusedInThePlan", why: value},
	"Could not change the workspace's ":                          {why: "only Tray's UI changes it: the words say where to click"},
	"Could not check the organization":                           {test: "TestProvider_aPinThatCannotBeCheckedFails", why: tray},
	"Could not choose the workspace":                             {why: value},
	"Could not choose the workspace to adopt":                    {why: value},
	"Could not configure the provider":                           {why: tray},
	"Could not create the organization":                          {test: "TestOrganizationOperated_whatCannotBeIsRefusedInThePlan", why: value},
	"Could not delete the organization":                          {test: "TestOrganizationOperated_aTokenOfTheOrganizationDoesNotDeleteIt", why: "the words ask for another token or for an argument to be changed first"},
	"Could not delete the workspace":                             {test: "TestWorkspace_protectedIsNotDeletedWhateverItHolds"},
	"Could not find the ":                                        {test: "TestAgent_importOfNobodySaysWhy", why: nobody},
	"Could not find the membership":                              {test: "TestMember_importOfNobodySaysWhy", why: nobody},
	"Could not find the person":                                  {test: "TestMember_importOfNobodySaysWhy", why: nobody},
	"Could not find the user":                                    {test: "TestUserDataSource_refuses", why: nobody},
	"Could not find the workspace":                               {test: "TestMember_importOfNobodySaysWhy", why: nobody},
	"Could not import the membership":                            {why: value},
	"Could not import the organization":                          {test: "TestOrganizationOperated_planAndImports", why: value},
	"Could not import the organization's settings":               {test: "TestOrganizationSettings_importOfAnotherOneIsRefused", why: value},
	"Could not import the user":                                  {test: "TestUser_importFindsNobody", why: nobody},
	"Could not import the workspace":                             {why: nobody},
	"Could not invite again":                                     {test: "TestUser_replacingAnInvitationOnALiveTrayIsRefusedInThePlan", why: "only Tray's UI cancels an invitation: the words say where to click"},
	"Could not list the members":                                 {test: "TestMemberList_aPageThatFailsLeavesNoFile", why: tray},
	"Could not open the sandbox":                                 {why: "the file is what is wrong, and the words name it"},
	"Could not read the certificates":                            {why: "the file or text is what is wrong, and the words say where"},
	"Could not read the identity":                                {why: value},
	"Could not read the import id":                               {why: value},
	"Could not read the organization's settings":                 {test: "TestOrganizationSettingsOnALiveTray_sayWhatToClick", why: "the words say where to click"},
	"Could not rename the organization":                          {test: "TestOrganizationResource_renamingTakesAnAdmin", why: value},
	"Could not rename the workspace":                             {test: "TestWorkspace_renamedToATakenNameIsRefusedInThePlan", why: value},
	"Could not set the ":                                         {test: "TestOrganizationSettings_ofEmbeddedOrganizationsAreRefusedInThePlanOfOthers", why: value},
	"Could not set the name":                                     {test: "TestPromise_aRefusedPlanWritesNothing"},
	"Create the workspace in Tray's UI first":                    {test: "TestWorkspaceOnALiveTray_deletedInTheUI", why: "the words say where to click"},
	"E-mail address and user id name two people":                 {why: value},
	"Named and ignored":                                          {test: "TestMembers_refusedBeforeAnythingIsRead", why: value},
	"No token and no sandbox":                                    {test: "TestProvider_refusesBadConfiguration", why: value},
	"Nobody is named":                                            {test: "TestMember_mistakesAreSaidInThePlan", why: value},
	"Not a regular expression":                                   {test: "TestWorkspacesData_filtersSortsAndMaps", why: value},
	"Not an e-mail address":                                      {test: "TestMember_mistakesAreSaidInThePlan", why: value},
	"Null among the elements":                                    {test: "TestSchema_everyValueIsCheckedWhereverItStands", why: value},
	"One person is named twice":                                  {test: "TestMembers_addressChangedInTrayTakesNobodyOut"},
	"Provider bug":                                               {why: "a mistake of ours: please report this"},
	"Sandbox or live organization, not both":                     {why: value},
	"Somebody else has the address now":                          {test: "TestMembers_aRoleChangeForAUserMadeAnewSaysSo"},
	"TRAY006: The user owns custom services":                     {test: "TestUser_servicesAreMovedFirst"},
	"TRAY008: Names cannot be swapped in one plan":               {test: "TestWorkspace_aSwapTakesTwoApplies"},
	"TRAY008: Names shift from one ":                             {test: "TestWorkspace_namesThatShiftAreNamedForGood"},
	"TRAY008: The plan destroys what another address keeps":      {test: "TestPromise_oneObjectOneManager"},
	"TRAY008: Two objects cannot have one name":                  {test: "TestPromise_aRefusedPlanWritesNothing"},
	"TRAY009: Only members of the organization join a workspace": {test: "TestPromise_aRefusedPlanWritesNothing"},
	"TRAY012: it exists already":                                 {test: "TestPromise_aRefusedPlanWritesNothing"},
	"The Tray provider is not configured":                        {why: "an error before this one says what was wrong"},
	"The Tray provider is not fully configured yet":              {why: "the words name the value that is not known yet"},
	"The token belongs to another organization":                  {test: "TestProvider_pinsTheOrganization", why: "another token, which the words ask for"},
	"This workspace takes no members":                            {test: "TestMember_mistakesAreSaidInThePlan", why: value},
	"Too few requests per second":                                {why: value},
	"Unknown role":                                               {test: "TestAccessReport_refusesWhatWouldLookLikeNobody", why: value},
	"Unknown value":                                              {test: "TestSchema_everyValueIsCheckedWhereverItStands", why: value},
	"Unknown workspace role":                                     {test: "TestMember_mistakesAreSaidInThePlan", why: value},
	"Set the ":                                                   {test: "TestOrganizationSettingsOnALiveTray_sayWhatToClick", why: "only Tray's UI changes it: the words say where to click"},

	".: c.summary":                      {test: "TestProvider_refusesBadConfiguration", why: built + "checks of the provider block, of which each names the value"},
	"access: summary":                   {test: "TestAccessReport_refusesWhatWouldLookLikeNobody", why: built + "an unknown role in a set"},
	"base: notAWord":                    {test: "TestSchema_everyValueIsCheckedWhereverItStands", why: value},
	"base: summary":                     {test: "TestPromise_aRefusedPlanWritesNothing", why: built + "rules, with their codes; what Tray refused; and checks of single values"},
	"enforce: summary":                  {test: "TestPromise_aRefusedPlanWritesNothing"},
	"membership: onlyMembers":           {test: "TestPromise_aRefusedPlanWritesNothing"},
	"membership: summary":               {test: "TestPromise_aRefusedPlanWritesNothing"},
	"organization: f.summary":           {test: "TestOrganizationOperated_whatCannotBeIsRefusedInThePlan", why: built + "a table of what no API changes, each with the place in the UI"},
	"user: ownerSummary":                {test: "TestPromise_aRefusedPlanWritesNothing"},
	"user: v.Code + \": \" + v.Summary": {test: "TestPromise_aRefusedPlanWritesNothing"},
	"workspace: summary":                {test: "TestWorkspace_filledSinceThePlanIsNotDeleted"},
}

// reported are the summaries in the provider's sources, each with a place.
func reported(t *testing.T) map[string]string {
	t.Helper()
	found := map[string]string{}
	err := filepath.WalkDir(".", func(path string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		positions := gotoken.NewFileSet()
		file, err := parser.ParseFile(positions, path, nil, 0)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if call, is := n.(*ast.CallExpr); is {
				if s := summaryOf(filepath.Dir(path), call); s != "" {
					found[s] = positions.Position(call.Pos()).String()
				}
			}
			return true
		})
		return nil
	})
	if err != nil || len(found) < 40 {
		t.Fatalf("the sources report %d errors: %v", len(found), err)
	}
	return found
}

// summaryOf is the fixed beginning of the summary that a call reports an error with; "" for
// other calls.
func summaryOf(dir string, call *ast.CallExpr) string {
	fun, is := call.Fun.(*ast.SelectorExpr)
	at := map[string]int{"AddError": 1, "NewErrorDiagnostic": 1, "AddAttributeError": 2, "NewAttributeErrorDiagnostic": 2}
	if !is || at[fun.Sel.Name] == 0 || len(call.Args) < at[fun.Sel.Name] {
		return ""
	}
	summary := call.Args[at[fun.Sel.Name]-1]
	first := summary
	for {
		sum, is := first.(*ast.BinaryExpr)
		if !is {
			break
		}
		first = sum.X
	}
	if text, is := first.(*ast.BasicLit); is {
		if s, err := strconv.Unquote(text.Value); err == nil {
			return s
		}
	}
	return dir + ": " + types.ExprString(summary)
}

// No error ships whose advice nobody has tried, unless somebody has said why there is none.
func TestRemedies_everyErrorIsRegistered(t *testing.T) {
	found := reported(t)
	for summary, where := range found {
		if _, is := remedies[summary]; !is {
			t.Errorf("%s reports %q, which has no entry in remedies: name the test that follows what it says, or say why there is nothing to follow", where, summary)
		}
	}
	tests := testsByName(t)
	for summary, r := range remedies {
		switch _, is := found[summary]; {
		case !is:
			t.Errorf("nothing reports %q any more", summary)
		case r.test == "" && len(strings.Fields(r.why)) < 4:
			t.Errorf("%q has neither a test nor a reason", summary)
		case r.test != "" && !slices.Contains(tests, r.test):
			t.Errorf("%q names %s, and there is no such test", summary, r.test)
		}
	}
}

func testsByName(t *testing.T) (all []string) {
	t.Helper()
	named := regexp.MustCompile(`(?m)^func (Test\w+)\(`)
	err := filepath.WalkDir(".", func(path string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		source, err := os.ReadFile(path)
		for _, m := range named.FindAllStringSubmatch(string(source), -1) {
			all = append(all, m[1])
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}
