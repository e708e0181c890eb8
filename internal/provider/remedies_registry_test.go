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
	"A date for somebody who is not named":            {test: "TestMembers_datesOfNobodyAndNoDates", why: value},
	"Could not ":                                      {why: tray},
	"Could not find the ":                             {test: "TestAgent_importOfNobodySaysWhy", why: nobody},
	"Could not find the API user":                     {test: "TestAPIUser_importOfNobodySaysWhy", why: nobody},
	"A change needs the secrets":                      {test: "TestAuthentication_importedAChangeSendsWhatTrayHas", why: value},
	"Tray has another secret":                         {test: "TestAuthentication_importedAChangeSendsWhatTrayHas"},
	"The secret may not be what Tray has":             {test: "TestAuthentication_importedByAnotherTokenAChangeTakesAVersion"},
	"Not what the service asks for":                   {test: "TestAuthentication_secretsAreCheckedAgainstTheSchemasOfTheService", why: value},
	"The environment is of another service":           {test: "TestAuthentication_isRefusedInThePlan", why: value},
	"The connector has no such operation":             {test: "TestAuthentication_isRefusedInThePlan", why: value},
	"The credentials could not be verified":           {test: "TestAuthentication_thatDoesNotWorkFailsTheApply"},
	"Could not find the authentication":               {test: "TestAuthentication_importOfNobodySaysWhy", why: nobody},
	"Only Tray's UI makes API users":                  {test: "TestAPIUserOnALiveTray_saysWhereTheUIMakesIt", why: "the words say where to click"},
	"Only Tray's UI makes API tokens":                 {test: "TestAPITokenOnALiveTray_saysWhereTheUIMakesIt", why: "the words say where to click"},
	"Could not find the API token":                    {test: "TestAPIToken_importOfNoneSaysWhy", why: nobody},
	"Nothing to rotate before":                        {test: "TestAPIToken_isRefusedInThePlan", why: value},
	"Every plan would rotate the token":               {test: "TestAPIToken_isRefusedInThePlan", why: value},
	"The overlap reaches the next rotation":           {test: "TestAPIToken_isRefusedInThePlan", why: value},
	"No such trigger":                                 {test: "TestSubscription_isRefusedInThePlan", why: value},
	"No such version of the trigger":                  {test: "TestSubscription_isRefusedInThePlan", why: value},
	"No such operation of the trigger":                {test: "TestSubscription_isRefusedInThePlan", why: value},
	"Could not find the subscription":                 {test: "TestSubscription_importOfNoneOrOfSeveralSaysWhy", why: nobody},
	"Could not choose the subscription":               {test: "TestSubscription_importOfNoneOrOfSeveralSaysWhy", why: value},
	"Could not find the connector":                    {test: "TestConnector_importedInThreeWaysTheNextPlanIsEmpty", why: nobody},
	"Could not read the connector":                    {test: "TestConnector_ofAnotherUsersTokenIsExplained", why: tray},
	"Could not read the connector's zip":              {test: "TestConnector_isRefusedInThePlan", why: "the file is what is wrong, and the words say how"},
	"Could not deploy the connector":                  {test: "TestConnector_aFailedDeploymentIsSaidAndTaintsNothing", why: tray},
	"Could not share the connector":                   {why: tray},
	"Could not delete the connector":                  {why: tray},
	"The zip is of another connector":                 {test: "TestConnector_isRefusedInThePlan", why: value},
	"There is no zip to deploy":                       {test: "TestConnector_isRefusedInThePlan", why: value},
	"The artifact changed since the plan":             {test: "TestConnector_anArtifactThatChangedSinceThePlanIsNotSent", why: "the words ask for another plan"},
	"Another user owns the connector":                 {test: "TestConnector_ofAnotherUsersTokenIsExplained", why: "the words ask for another token"},
	"This Tray shares connectors with people only":    {test: "TestConnector_onALiveTrayItCanOnlyDeployAndShare", why: value},
	"The zip is not the one that source_sha256 names": {test: "TestConnector_sourceSHA256StandsForTheZip", why: value},
	"Not what the operation asks for":                 {test: "TestSubscription_isRefusedInThePlan", why: value},
	"A placeholder that nobody is asked for":          {test: "TestService_isRefusedInThePlan", why: value},
	"A snapshot is a file":                            {test: "TestSnapshot_theBlockSaysWhatIsMissing", why: value},
	"A snapshot is for plans only":                    {test: "TestSnapshot_isForPlansOnly", why: "another command or a token, which the words ask for"},
	"A snapshot needs a path":                         {test: "TestSnapshot_theBlockSaysWhatIsMissing", why: value},
	"Could not adopt the ":                            {why: "the plan is made again"},
	"Could not change the ":                           {why: "only Tray's UI changes it: the words say where to click"},
	"Could not choose the ":                           {why: value},
	"Could not find the custom service":               {test: "TestServiceOnALiveTray_isAdoptedByItsUniqueName", why: nobody},
	"Could not find the service environment":          {why: nobody},
	"Could not import the service environment":        {why: value},
	"Could not open the snapshot":                     {test: "TestSnapshot_theBlockSaysWhatIsMissing", why: value},
	"Create the ":                                     {test: "TestWorkspaceOnALiveTray_deletedInTheUI", why: "the words say where to click"},
	"Create the custom service in Tray's UI first":    {test: "TestServiceOnALiveTray_isAdoptedByItsUniqueName", why: "the words say where to click"},
	"Every service has this environment already":      {test: "TestEnvironment_isRefusedInThePlan", why: value},
	"Missing for an OAuth app":                        {test: "TestEnvironment_isRefusedInThePlan", why: value},
	"Missing for this kind of authentication":         {test: "TestService_isRefusedInThePlan", why: value},
	"Not a date": {test: "TestMembers_datesOfNobodyAndNoDates", why: value},
	"Of no use for this kind of authentication":         {test: "TestService_isRefusedInThePlan", why: value},
	"Snapshot or sandbox, not both":                     {test: "TestSnapshot_theBlockSaysWhatIsMissing", why: value},
	"The unique name is kept for life":                  {test: "TestService_isRefusedInThePlan", why: value},
	"There is no secret to send":                        {test: "TestService_secretIsSentWhenItChanges", why: value},
	"Tray makes the unique name":                        {test: "TestService_isRefusedInThePlan", why: value},
	"A resource does not change its type by moving":     {test: "TestMember_movedFromAnotherTypeSaysWhatToDo"},
	"Could not change the organization role":            {test: "TestUser_serverRefuses", why: tray},
	"Could not change the organization's plan":          {test: "TestOrganizationOperated_whatCannotBeIsRefusedInThePlan", why: value},
	"Could not check the organization":                  {test: "TestProvider_aPinThatCannotBeCheckedFails", why: tray},
	"Could not choose the workspace":                    {why: value},
	"Could not configure the provider":                  {why: tray},
	"Could not create the organization":                 {test: "TestOrganizationOperated_whatCannotBeIsRefusedInThePlan", why: value},
	"Could not delete the organization":                 {test: "TestOrganizationOperated_aTokenOfTheOrganizationDoesNotDeleteIt", why: "the words ask for another token or for an argument to be changed first"},
	"Could not delete the workspace":                    {test: "TestWorkspace_protectedIsNotDeletedWhateverItHolds"},
	"Could not find the membership":                     {test: "TestMember_importOfNobodySaysWhy", why: nobody},
	"Could not find the person":                         {test: "TestMember_importOfNobodySaysWhy", why: nobody},
	"Could not find the user":                           {test: "TestUserDataSource_refuses", why: nobody},
	"Could not find the workspace":                      {test: "TestMember_importOfNobodySaysWhy", why: nobody},
	"Could not import the membership":                   {why: value},
	"Could not import the organization":                 {test: "TestOrganizationOperated_planAndImports", why: value},
	"Could not import the organization's settings":      {test: "TestOrganizationSettings_importOfAnotherOneIsRefused", why: value},
	"Could not import the user":                         {test: "TestUser_importFindsNobody", why: nobody},
	"Could not import the workspace":                    {why: nobody},
	"Could not invite again":                            {test: "TestUser_replacingAnInvitationOnALiveTrayIsRefusedInThePlan", why: "only Tray's UI cancels an invitation: the words say where to click"},
	"Could not list the members":                        {test: "TestMemberList_aPageThatFailsLeavesNoFile", why: tray},
	"Could not open the sandbox":                        {why: "the file is what is wrong, and the words name it"},
	"Could not read the certificates":                   {why: "the file or text is what is wrong, and the words say where"},
	"Could not read the identity":                       {why: value},
	"Could not read the import id":                      {why: value},
	"Could not read the organization's settings":        {test: "TestOrganizationSettingsOnALiveTray_sayWhatToClick", why: "the words say where to click"},
	"Could not rename the organization":                 {test: "TestOrganizationResource_renamingTakesAnAdmin", why: value},
	"Could not rename the workspace":                    {test: "TestWorkspace_renamedToATakenNameIsRefusedInThePlan", why: value},
	"Could not set the ":                                {test: "TestOrganizationSettings_ofEmbeddedOrganizationsAreRefusedInThePlanOfOthers", why: value},
	"Could not set the name":                            {test: "TestPromise_aRefusedPlanWritesNothing"},
	"E-mail address and user id name two people":        {why: value},
	"Named and ignored":                                 {test: "TestMembers_refusedBeforeAnythingIsRead", why: value},
	"No token and no sandbox":                           {test: "TestProvider_refusesBadConfiguration", why: value},
	"Nobody is named":                                   {test: "TestMember_mistakesAreSaidInThePlan", why: value},
	"Not a regular expression":                          {test: "TestWorkspacesData_filtersSortsAndMaps", why: value},
	"Not an e-mail address":                             {test: "TestMember_mistakesAreSaidInThePlan", why: value},
	"Null among the elements":                           {test: "TestSchema_everyValueIsCheckedWhereverItStands", why: value},
	"One person is named twice":                         {test: "TestMembers_addressChangedInTrayTakesNobodyOut"},
	"Provider bug":                                      {why: "a mistake of ours: please report this"},
	"Sandbox or live organization, not both":            {why: value},
	"Somebody else has the address now":                 {test: "TestMembers_aRoleChangeForAUserMadeAnewSaysSo"},
	"The Tray provider is not configured":               {why: "an error before this one says what was wrong"},
	"The Tray provider is not fully configured yet":     {why: "the words name the value that is not known yet"},
	"The token belongs to another organization":         {test: "TestProvider_pinsTheOrganization", why: "another token, which the words ask for"},
	"This workspace takes no members":                   {test: "TestMember_mistakesAreSaidInThePlan", why: value},
	"Too few requests per second":                       {why: value},
	"Unknown role":                                      {test: "TestAccessReport_refusesWhatWouldLookLikeNobody", why: value},
	"Unknown value":                                     {test: "TestSchema_everyValueIsCheckedWhereverItStands", why: value},
	"Unknown workspace role":                            {test: "TestMember_mistakesAreSaidInThePlan", why: value},
	"Set the ":                                          {test: "TestOrganizationSettingsOnALiveTray_sayWhatToClick", why: "only Tray's UI changes it: the words say where to click"},
	"Could not find the solution":                       {test: "TestRelease_importedTheNextPlanIsEmpty", why: nobody},
	"Could not find the solution instance":              {test: "TestInstance_importedTheNextPlanIsEmpty", why: nobody},
	"Could not import the solution release":             {test: "TestRelease_importedTheNextPlanIsEmpty", why: "the words say to leave the import out"},
	"No such published solution":                        {test: "TestInstance_isRefusedInThePlan", why: nobody},
	"Not JSON":                                          {test: "TestInstance_isRefusedInThePlan", why: value},
	"Not the end user's authentication":                 {test: "TestInstance_isRefusedInThePlan", why: value},
	"Slots of the solution are not filled":              {test: "TestInstance_isRefusedInThePlan", why: value},
	"The release breaks instances of the solution":      {test: "TestRelease_lifecycle"},
	"The solution has changed since the plan":           {test: "TestRelease_ofASolutionThatIsEditedAfterThePlanIsRefused", why: "the words ask for another plan"},
	"The solution has no such slot":                     {test: "TestInstance_isRefusedInThePlan", why: value},
	"A project keeps its id":                            {test: "TestProjectOnALiveTray_isAdoptedByItsID", why: value},
	"A version is never rewritten":                      {test: "TestVersion_isNeverRewritten", why: value},
	"An authentication of another service":              {test: "TestImport_holesAreAllSaidAtOnceWithTheLinesToAdd", why: value},
	"An authentication without the scopes":              {why: value},
	"Configuration of another type":                     {test: "TestImport_holesAreAllSaidAtOnceWithTheLinesToAdd", why: value},
	"Could not delete the project":                      {test: "TestProject_withWorkflowsIsDeletedWhenItIsTold"},
	"Could not find an authentication":                  {why: nobody},
	"policy: Embedded is not part of this organization": {test: "TestPromise_aRefusedPlanWritesNothing"},
	"No master token for Embedded":                      {test: "TestEmbeddedUser_isRefusedInThePlan", why: "the words say where in Tray the token is, which no test has"},
	"The master token belongs to another organization":  {test: "TestEmbeddedUser_isRefusedInThePlan", why: "the words say which tokens belong together"},
	"Could not find the end user":                       {test: "TestEmbeddedUser_importedInThreeWaysTheNextPlanIsEmpty", why: nobody},
	"Could not find the project":                        {test: "TestProject_importOfNobodySaysWhy", why: nobody},
	"Could not find the project version":                {test: "TestVersion_thatExpiredIsExplained", why: nobody},
	"Could not read the export":                         {test: "TestImport_holesAreAllSaidAtOnceWithTheLinesToAdd", why: "the file is what is wrong, and the words say how"},
	"Could not write the export":                        {why: "the file is what is wrong, and the words say how"},
	"Create the project in Tray's UI first":             {test: "TestProjectOnALiveTray_isAdoptedByItsID", why: "the words say where to click"},
	"No backup, no import":                              {test: "TestImport_noBackupNoImport", why: value},
	"Not a mapping of connectors":                       {why: value},
	"Not a mapping of services":                         {test: "TestImport_holesAreAllSaidAtOnceWithTheLinesToAdd", why: value},
	"The destination has changed since the plan":        {test: "TestImport_aDestinationEditedAfterThePlanIsLeftAlone", why: "the words ask for another plan"},
	"The export cannot be used":                         {test: "TestImport_holesAreAllSaidAtOnceWithTheLinesToAdd", why: "the file is what is wrong, and the words say how"},
	"The export holds what looks like a secret":         {test: "TestImport_anExportWithASecretIsRefusedByItsPlaceAlone"},
	"The export is not the one that was planned":        {test: "TestImport_anExportThatChangedAfterThePlanIsNotSent", why: "the words ask for the file or for another plan"},
	"The import breaks instances of the solution":       {test: "TestImport_breakingChangesOfASolutionAreAllowedByHand"},
	"The import did something else than the plan shows": {test: "TestImport_aResultThatIsNotThePlannedOneIsSaid", why: "the words say what to look at"},
	"The import lacks something":                        {test: "TestImport_aConnectorThatIsNotThereIsMapped"},
	"The import removes workflows":                      {test: "TestImport_brakes"},
	"The import was not carried out":                    {test: "TestImport_aLostAnswerIsSettledByAPreview", why: "the words ask for another plan"},
	"The project has no version":                        {why: "the words ask for a version, which another resource makes"},
	"Tray gives the id":                                 {test: "TestProject_isRefusedInThePlan", why: value},
	"Unknown configuration key":                         {test: "TestImport_holesAreAllSaidAtOnceWithTheLinesToAdd", why: value},
	"Unknown slot for an authentication":                {test: "TestImport_holesAreAllSaidAtOnceWithTheLinesToAdd", why: value},

	"Not a JSON object":        {test: "TestCall_isASmokeTest", why: value},
	"Not a place in an output": {test: "TestCall_isASmokeTest", why: value},
	"The input is lost":        {test: "TestCall_ephemeralInputIsNowhere", why: "the words ask for a trigger or for another value"},

	"actions: p.Summary":      {test: "TestResend_isRefused", why: built + "package act, whose messages name the argument and what to write there"},
	".: c.summary":            {test: "TestProvider_refusesBadConfiguration", why: built + "checks of the provider block, of which each names the value"},
	"access: summary":         {test: "TestAccessReport_refusesWhatWouldLookLikeNobody", why: built + "an unknown role in a set"},
	"base: v.Title()":         {test: "TestPromise_aRefusedPlanWritesNothing", why: built + "rules, whose own summaries follow"},
	"base: notAWord":          {test: "TestSchema_everyValueIsCheckedWhereverItStands", why: value},
	"base: summary":           {test: "TestPromise_aRefusedPlanWritesNothing", why: built + "rules, with their codes; what Tray refused; and checks of single values"},
	"organization: f.summary": {test: "TestOrganizationOperated_whatCannotBeIsRefusedInThePlan", why: built + "a table of what no API changes, each with the place in the UI"},
	"workspace: summary":      {test: "TestWorkspace_filledSinceThePlanIsNotDeleted"},

	// Of rules, without their codes.
	"policy: API users live in shared workspaces":               {test: "TestPromise_aRefusedPlanWritesNothing", why: value},
	"policy: A membership has one manager":                      {test: "TestPromise_aRefusedPlanWritesNothing"},
	"policy: A required Admin would be lost":                    {test: "TestPromise_aRefusedPlanWritesNothing"},
	"policy: An organization Admin is Admin in every workspace": {test: "TestPromise_aRefusedPlanWritesNothing"},
	"policy: An organization has one Owner":                     {test: "TestPromise_aRefusedPlanWritesNothing"},
	"policy: It exists already":                                 {test: "TestPromise_aRefusedPlanWritesNothing"},
	"policy: Names cannot be swapped in one plan":               {test: "TestWorkspace_aSwapTakesTwoApplies"},
	"policy: Names shift from one ":                             {test: "TestWorkspace_namesThatShiftAreNamedForGood"},
	"policy: One object has one manager":                        {test: "TestPromise_aRefusedPlanWritesNothing"},
	"policy: Only members of the organization join a workspace": {test: "TestPromise_aRefusedPlanWritesNothing"},
	"policy: The organization has another Owner":                {test: "TestPromise_aRefusedPlanWritesNothing"},
	"policy: The organization would have too few Admins":        {test: "TestPromise_aRefusedPlanWritesNothing"},
	"policy: The plan destroys what another address keeps":      {test: "TestPromise_oneObjectOneManager"},
	"policy: The token would lose rights of its own":            {test: "TestPromise_aRefusedPlanWritesNothing"},
	"policy: The user owns custom services":                     {test: "TestUser_servicesAreMovedFirst"},
	"policy: The workspace would be left without an Admin":      {test: "TestPromise_aRefusedPlanWritesNothing"},
	"policy: Too large a share is removed in one plan":          {test: "TestPromise_aRefusedPlanWritesNothing"},
	"policy: Too many invitations for one day":                  {test: "TestPromise_aRefusedPlanWritesNothing"},
	"policy: Too many removals in one plan":                     {test: "TestPromise_aRefusedPlanWritesNothing"},
	"policy: Two objects cannot have one name":                  {test: "TestPromise_aRefusedPlanWritesNothing"},
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
			for _, s := range summariesOf(filepath.Dir(path), n) {
				found[s] = positions.Position(n.Pos()).String()
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

// summariesOf are the fixed beginnings of the summaries that stand in a node of the syntax:
// a call that reports an error, or what a rule says.
func summariesOf(dir string, n ast.Node) []string {
	switch n := n.(type) {
	case *ast.CallExpr:
		fun, is := n.Fun.(*ast.SelectorExpr)
		at := map[string]int{"AddError": 1, "NewErrorDiagnostic": 1, "AddAttributeError": 2, "NewAttributeErrorDiagnostic": 2}
		if !is || at[fun.Sel.Name] == 0 || len(n.Args) < at[fun.Sel.Name] {
			return nil
		}
		summary := n.Args[at[fun.Sel.Name]-1]
		if s := fixed(summary); s != "" {
			return []string{s}
		}
		return []string{dir + ": " + types.ExprString(summary)}
	case *ast.KeyValueExpr:
		if key, is := n.Key.(*ast.Ident); is && key.Name == "Summary" {
			return ruleSummaries(dir, n.Value)
		}
	case *ast.ReturnStmt:
		if len(n.Results) == 2 {
			return ruleSummaries(dir, n.Results[0])
		}
	case *ast.AssignStmt:
		if to, is := n.Lhs[0].(*ast.Ident); is && to.Name == "summary" {
			return ruleSummaries(dir, n.Rhs[0])
		}
	case *ast.ValueSpec:
		return ruleSummaries(dir, n.Values...)
	}
	return nil
}

// sentence tells what a rule says from names and parts of texts.
var sentence = regexp.MustCompile(`^[A-Z]\w* \w+ `)

// ruleSummaries are those of texts that are a sentence of package policy.
func ruleSummaries(dir string, texts ...ast.Expr) (all []string) {
	for _, text := range texts {
		if s := fixed(text); dir == "policy" && sentence.MatchString(s) {
			all = append(all, dir+": "+s)
		}
	}
	return all
}

// fixed is the text that a sum begins with; "" when that is no literal.
func fixed(sum ast.Expr) string {
	for {
		s, is := sum.(*ast.BinaryExpr)
		if !is {
			break
		}
		sum = s.X
	}
	if text, is := sum.(*ast.BasicLit); is {
		if s, err := strconv.Unquote(text.Value); err == nil {
			return s
		}
	}
	return ""
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
