package authentication_test

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/tray-community/terraform-provider-tray/internal/acctest"
)

// changes has a line for every attribute that is no secret and no version of one. What sends
// nothing has no name in Tray.
var changes = map[string]string{
	"name":                   `name = "New"`,
	"service_environment_id": `service_environment_id = local.environment["twilio"]`,
	"scopes":                 `scopes = ["new"]`,
	"on_prem_agent_group_id": `on_prem_agent_group_id = "GROUP"`,
	"service_name":           `service_name = "postgres"`,
	"service_version":        `service_version = 1`,
	"check_secrets":          `check_secrets = true`,
	"verify":                 `verify = { connector = "postgres", version = "2.4", operation = "run_sql_query", input = jsonencode({ query = "SELECT 1" }) }`,
}

// arguments are what somebody may write, by the provider's own schema.
func arguments(t *testing.T, env *acctest.Env) (all []string) {
	t.Helper()
	p, err := env.Factories()["tray"]()
	if err != nil {
		t.Fatal(err)
	}
	schemas, err := p.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range schemas.ResourceSchemas["tray_authentication"].Block.Attributes {
		if a.Optional || a.Required {
			all = append(all, a.Name)
		}
	}
	return all
}

func TestAuthentication_everyArgumentIsInTheTableOfChanges(t *testing.T) {
	t.Parallel()
	secrets := []string{"credentials_wo", "credentials_wo_version", "user_data_wo", "user_data_wo_version"}
	want := slices.Sorted(slices.Values(slices.DeleteFunc(arguments(t, acctest.Start(t)), func(name string) bool { return slices.Contains(secrets, name) })))
	if got := slices.Sorted(maps.Keys(changes)); !slices.Equal(got, want) || len(want) < 8 {
		t.Errorf("the table changes %v, and the schema has %v", got, want)
	}
}

// The configuration's secrets, beside a change of something else: gone, or others although
// their versions say that they are not to be sent.
var mishaps = map[string][]string{
	"no credentials":    {`credentials_wo =`},
	"no user data":      {`user_data_wo =`},
	"no secrets":        {`credentials_wo =`, `user_data_wo =`},
	"other credentials": {`credentials_wo = jsonencode({ user = "tray", password = "wrong" })`},
	"other user data":   {`user_data_wo = jsonencode({ host = "wrong", database = "wrong" })`},
	"empty secrets":     {`credentials_wo = jsonencode({})`, `user_data_wo = jsonencode({})`},
}

// Whatever changes, and whatever has become of the secrets in the configuration: Tray has
// those that were sent last, and a plan that would send others is refused.
func TestAuthentication_noChangeOfAnotherArgumentSendsAWrongSecret(t *testing.T) {
	t.Parallel()
	for _, who := range []string{"its owner's token", "another token"} {
		for name, line := range changes {
			t.Run(name+" with "+who, func(t *testing.T) {
				t.Parallel()
				d := newDesk(t, acctest.Terraform)
				versions := []string{`credentials_wo_version = "1"`, `user_data_wo_version = "1"`}
				d.Applies(db(versions...))
				d.Env.Control(http.MethodPost, "ui/workspaces/"+d.only().Workspace+"/on-prem-agent-groups", body{"name": "site"})
				line = strings.ReplaceAll(line, "GROUP", acctest.One(t, d.Env.State().AgentGroups).ID)
				if who == "another token" {
					d.Env.Token = d.Env.NewToken(body{"api_user": body{"name": "colleague", "role": "Admin"}})
					d.Write("provider.tf", d.Env.Provider()+services)
				}
				was, owner := d.full(), d.Env.Owner
				for mishap, lines := range mishaps {
					d.Write("main.tf", db(slices.Concat(versions, lines, []string{line})...))
					r := d.Run("apply", "-auto-approve", "-input=false")
					_, now := d.Env.CallAs(owner, http.MethodGet, "/core/v1/authentications/"+d.only().ID+"/full", nil)
					if secretsOf(string(now)) != secretsOf(was) {
						t.Errorf("%s: an apply that ended with %d made of %s\n%s", mishap, r.Code, was, now)
					}
					if sent := d.Env.Requests().Count(http.MethodPut, "/core/v1/authentications/*"); sent > 0 || r.Code == 0 && slices.Contains([]string{"name", "scopes", "on_prem_agent_group_id", "service_environment_id"}, name) {
						t.Errorf("%s: an apply ended with %d and sent %d changes: %s", mishap, r.Code, sent, r.Text())
					}
				}
				if name == "service_environment_id" {
					return // another environment asks for other secrets
				}
				d.Applies(db(append(versions, line)...))
				if _, now := d.Env.CallAs(owner, http.MethodGet, "/core/v1/authentications/"+d.only().ID+"/full", nil); secretsOf(string(now)) != secretsOf(was) {
					t.Errorf("with its own secrets, %s became\n%s", was, now)
				}
			})
		}
	}
}

// secretsOf is the part of an answer that holds secrets, which comes last.
func secretsOf(full string) string {
	_, secrets, _ := strings.Cut(full, `"userData":`)
	return secrets
}

// An import tells no secret, so that a change compares with what Tray has.
func TestAuthentication_importedAChangeSendsWhatTrayHas(t *testing.T) {
	t.Parallel()
	d := newDesk(t, acctest.Terraform)
	id := d.signIn(login)
	d.Write("import.tf", fmt.Sprintf("import {\n  to = tray_authentication.db\n  id = %q\n}\n", id))
	d.Applies(db())
	d.Refuses(db(`name = "New"`, `credentials_wo = jsonencode({ user = "tray", password = "canary-two" })`), "Tray has another secret", "give credentials_wo_version another value")
	d.Refuses(db(`name = "New"`, `credentials_wo =`), "A change needs the secrets")
	d.quietly()
	d.Applies(db(`name = "New"`))
	d.has(login, place)
	// What Tray has renewed since is not overwritten by what was sent last.
	d.Env.Control(http.MethodPatch, "ui/authentications/"+id, body{"credentials": rawJSON(`{"user":"tray","password":"renewed"}`)})
	d.Refuses(db(`name = "Newer"`), "Tray has another secret", "somebody has renewed it, or Tray itself")
	d.has("renewed")
	d.Applies(db(`name = "Newer"`, `credentials_wo_version = "1"`))
	d.has(login)
}

// A token that may not read the secrets cannot compare, and says so.
func TestAuthentication_importedByAnotherTokenAChangeTakesAVersion(t *testing.T) {
	t.Parallel()
	d := newDesk(t, acctest.Terraform)
	id := d.signIn(login)
	d.Env.Token = d.Env.NewToken(body{"api_user": body{"name": "colleague", "role": "Admin"}})
	d.Write("provider.tf", d.Env.Provider()+services)
	d.Write("import.tf", fmt.Sprintf("import {\n  to = tray_authentication.db\n  id = %q\n}\n", id))
	d.Applies(db())
	d.Refuses(db(`name = "New"`), "The secret may not be what Tray has", "this token may not read what Tray has")
	d.quietly()
	d.Applies(db(`name = "New"`, `credentials_wo_version = "1"`, `user_data_wo_version = "1"`))
	if now := d.only(); now.Name != "New" || now.CredentialsDigest != acctest.Digest(login) {
		t.Errorf("it is %+v", now)
	}
}

const check = `verify = { connector = "postgres", version = "2.4", operation = "run_sql_query", input = jsonencode({ query = "SELECT 1" }) }`

func mended(password string) string {
	return fmt.Sprintf(`credentials_wo = jsonencode({ user = "tray", password = %q })`, password)
}

// Tray takes wrong credentials. With verify an apply fails that made such an authentication;
// what exists stays in the state, and the remedies converge.
func TestAuthentication_thatDoesNotWorkFailsTheApply(t *testing.T) {
	t.Parallel()
	apply := []string{"apply", "-auto-approve", "-input=false"}
	onBoth(t, func(d desk) {
		d.Fails(apply, db(check, mended("wrong-canary")), "The credentials could not be verified", "untaint")
		made := d.only()
		d.Applies(db(check, mended("right-canary"))) // tainted, it is made anew
		if now := d.only(); now.ID == made.ID {
			d.T.Errorf("it is still %+v", now)
		}
		// Changed for the worse: the state has what Tray has, and the next plan asks again.
		d.Fails(apply, db(check, mended("wrong-canary")), "The credentials could not be verified", "Mend the credentials and apply again")
		if _, changes := d.Plan(); !changes {
			d.T.Error("credentials that do not work leave an empty plan")
		}
		d.Applies(db(check, mended("right-canary")))
		// The third party takes them no more, for a while.
		d.Env.Fault(acctest.Fault{Method: http.MethodPost, Path: "/core/v1/connectors/**", Status: 200, Body: `{"outcome":"error","output":{}}`, Times: 2})
		d.Fails(apply, db(check, mended("right-canary"), `name = "New"`), "The credentials could not be verified")
		d.Fails(apply, db(check, mended("right-canary"), `name = "New"`), "The credentials could not be verified")
		d.Env.ClearRequests()
		d.Applies(db(check, mended("right-canary"), `name = "New"`))
		if n := d.Env.Requests().Count(http.MethodPut, "/core/v1/authentications/*"); n > 0 {
			d.T.Errorf("asking once more sends %d changes", n)
		}
	})
}

func TestAuthentication_untaintedItIsVerifiedAgain(t *testing.T) {
	t.Parallel()
	d := newDesk(t, acctest.Terraform)
	d.Fails([]string{"apply", "-auto-approve", "-input=false"}, db(check, mended("wrong-canary")), "terraform untaint")
	made := d.only()
	d.Run("untaint", "tray_authentication.db")
	if r, changes := d.Plan(); !changes || strings.Contains(r.Text(), "must be replaced") {
		t.Errorf("the next plan: %s", r.Text())
	}
	d.Applies(db(check, mended("right-canary")))
	if now := d.only(); now.ID != made.ID {
		t.Errorf("it is %+v, and was %+v", now, made)
	}
}

func TestAuthentication_thatDoesNotWorkWarnsWhereThatIsAskedFor(t *testing.T) {
	t.Parallel()
	d := newDesk(t, acctest.Terraform)
	warns := strings.Replace(check, `version = "2.4"`, `version = "2.4", on_failure = "warn"`, 1)
	if r := d.Applies(db(warns, mended("wrong-canary"))); !strings.Contains(r.Text(), "The credentials could not be verified") || strings.Contains(r.Text(), "wrong-canary\"}") {
		t.Errorf("it says %s", r.Text())
	}
	d.Env.Fault(acctest.Fault{Method: http.MethodPost, Path: "/core/v1/connectors/**", Status: 500, Times: 5})
	if r := d.Applies(db(warns, mended("right-canary"))); !strings.Contains(r.Text(), "it could not be called") {
		t.Errorf("it says %s", r.Text())
	}
}
