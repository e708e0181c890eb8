package promotion

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/tray-community/terraform-provider-tray/internal/export"
	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

// answer is what Tray says about an import.
type answer struct {
	spec   tray.ImportSpec
	impact *tray.Impact
}

// ask asks Tray what an import needs and what it would do. It returns nil, with all that
// stands in the way in diags, when there is nothing to import by.
func (r *importResource) ask(ctx context.Context, plan model, e *export.Export, diags *diag.Diagnostics) *answer {
	project := plan.ProjectID.ValueString()
	spec, ok := mapped(plan, e, diags)
	if !ok {
		return nil
	}
	needs, err := r.API.Projects.Requirements(ctx, project, spec)
	if failed(diags, "ask what the import needs", err) {
		return nil
	}
	holes := &holes{export: e, project: project}
	spec.Config = holes.config(base.Strings(plan.Config), needs, diags)
	spec.Authentications = holes.authentications(base.Strings(plan.Authentications), needs.Authentications, diags)
	r.checkTypes(ctx, spec.Authentications, needs.Authentications, diags)
	if diags.HasError() {
		return nil
	}
	now, err := r.API.Projects.Preview(ctx, project, spec)
	if err != nil { // the catalogue explains what Tray alone judges
		r.mappings(ctx, spec, e, holes)
	}
	if holes.said(err, diags) || failed(diags, "ask what the import would do", err) {
		return nil
	}
	return &answer{spec, now}
}

// failed is base.Failed for a question about an import.
func failed(diags *diag.Diagnostics, doing string, err error) bool {
	return base.Failed(diags, doing, err, path.Root("project_id"))
}

// mapped is the document with the mappings of what it uses.
func mapped(plan model, e *export.Export, diags *diag.Diagnostics) (spec tray.ImportSpec, ok bool) {
	spec.Document = e.Raw
	connectors, err := export.Mapping(base.Strings(plan.Connectors)).Refs(false)
	if err != nil {
		diags.AddAttributeError(path.Root("connectors"), "Not a mapping of connectors", err.Error()+".")
	}
	services, err := export.Mapping(base.Strings(plan.Services)).Refs(true)
	if err != nil {
		diags.AddAttributeError(path.Root("services"), "Not a mapping of services", err.Error()+".")
	}
	spec.Connectors, spec.Services = mappings(e.Connectors, connectors), mappings(e.Services, services)
	return spec, !diags.HasError()
}

// mappings are those of what is used, in its order.
func mappings(used []export.Ref, to map[export.Ref]export.Ref) []tray.Mapping {
	all := []tray.Mapping{}
	for _, from := range used {
		if target, ok := to[from]; ok {
			all = append(all, tray.Mapping{From: tray.ConnectorRef(from), To: tray.ConnectorRef(target)})
		}
	}
	return all
}

// target is what becomes of a connector or a service.
func target(from export.Ref, all []tray.Mapping) export.Ref {
	for _, m := range all {
		if export.Ref(m.From) == from {
			return export.Ref(m.To)
		}
	}
	return from
}

// holes are what an import needs and is not given: lines of HCL, by argument.
type holes struct {
	export  *export.Export
	project string
	lines   map[string][]string
}

func (h *holes) add(argument, line string) {
	if h.lines == nil {
		h.lines = map[string][]string{}
	}
	h.lines[argument] = append(h.lines[argument], line)
}

// said says in diags what is missing, all of it, and what Tray said about it. It reports
// whether anything is.
func (h *holes) said(err error, diags *diag.Diagnostics) bool {
	if len(h.lines) == 0 {
		return false
	}
	var b strings.Builder
	for _, argument := range slices.Sorted(maps.Keys(h.lines)) {
		fmt.Fprintf(&b, "\n\n  %s = {\n    %s\n  }", argument, strings.Join(h.lines[argument], "\n    "))
	}
	text := fmt.Sprintf("%s cannot be imported into the project %s as it is. Add these lines to the maps here, with values of the destination:%s", title(h.export), h.project, b.String())
	var said *tray.Error
	if errors.As(err, &said) && said.Status == http.StatusBadRequest {
		text += "\n\nTray says: " + said.Message
	}
	diags.AddAttributeError(path.Root("project_id"), "The import lacks something", text)
	return true
}

// config are the values to send: all keys of the export, as Tray wants it. A key that is not
// given keeps the value that the destination has.
func (h *holes) config(given map[string]string, needs *tray.Requirements, diags *diag.Diagnostics) map[string]json.RawMessage {
	source, all := needs.Source, map[string]json.RawMessage{}
	for _, key := range slices.Sorted(maps.Keys(given)) {
		if _, there := source[key]; !there {
			diags.AddAttributeError(path.Root("config"), "Unknown configuration key",
				fmt.Sprintf("The exported project has no configuration key %q. Its keys are: %s.", key, orNothing(slices.Sorted(maps.Keys(source)))))
		}
	}
	for _, key := range slices.Sorted(maps.Keys(source)) {
		text, here := given[key]
		now, there := needs.Target[key]
		switch {
		case here:
			value, problem := typed(text, source[key])
			if problem != "" {
				diags.AddAttributeError(path.Root("config"), "Configuration of another type", fmt.Sprintf("%s is %s in the export, and here it is not. %s", key, kindOf(source[key]).is, problem))
			}
			all[key] = value
		case there && fits(now, source[key]):
			all[key] = now
		default:
			h.add("config", word(key)+" = "+kindOf(source[key]).placeholder)
		}
	}
	return all
}

func orNothing(all []string) string {
	if len(all) == 0 {
		return "none"
	}
	return strings.Join(all, ", ")
}

// authentications are the ids to send, by export id.
func (h *holes) authentications(given map[string]string, slots []tray.AuthenticationRequirement, diags *diag.Diagnostics) map[string]string {
	all, used := map[string]string{}, map[string]bool{}
	for _, slot := range slots {
		id := given[slot.ExportID]
		name := slot.ExportID
		if titled(slots, slot.Title) == 1 {
			name = slot.Title
			id = cmp.Or(id, given[slot.Title])
		}
		used[slot.ExportID], used[name] = true, true
		switch {
		case id != "":
			all[slot.ExportID] = id
		case slot.ResolvedID == "":
			h.add("authentications", fmt.Sprintf("%q = \"<id of an authentication of %s>\"", name, needsOf(slot)))
		}
	}
	for _, key := range slices.Sorted(maps.Keys(given)) {
		if !used[key] {
			diags.AddAttributeError(path.Root("authentications"), "Unknown slot for an authentication", fmt.Sprintf("The export has no slot %q. Its slots are: %s.", key, orNothing(slotNames(slots))))
		}
	}
	return all
}

func titled(slots []tray.AuthenticationRequirement, title string) (n int) {
	for _, s := range slots {
		if s.Title == title {
			n++
		}
	}
	return n
}

func slotNames(slots []tray.AuthenticationRequirement) []string {
	names := make([]string, len(slots))
	for i, s := range slots {
		names[i] = fmt.Sprintf("%q", s.Title)
		if titled(slots, s.Title) > 1 {
			names[i] = fmt.Sprintf("%q (%s)", s.ExportID, s.Title)
		}
	}
	slices.Sort(names)
	return names
}

// needsOf says what fills a slot.
func needsOf(slot tray.AuthenticationRequirement) string {
	text := fmt.Sprintf("%s %d", slot.Service.Name, slot.Service.Version)
	if len(slot.Scopes) > 0 {
		text += " with the scopes " + strings.Join(slot.Scopes, ", ")
	}
	return text
}

// mappings finds connectors and services that the destination has not, in the lists of those
// that the token may use. Without such a list there is nothing to say.
func (r *importResource) mappings(ctx context.Context, spec tray.ImportSpec, e *export.Export, h *holes) {
	connectors, err := r.API.Connectors.List(ctx)
	triggers, triggerErr := r.API.Triggers.List(ctx)
	if err == nil && triggerErr == nil && len(connectors) > 0 {
		versions := map[string][]string{}
		for _, c := range append(connectors, triggers...) {
			versions[c.Name] = append(versions[c.Name], c.Version)
		}
		for _, from := range e.Connectors {
			to := target(from, spec.Connectors)
			if !slices.Contains(versions[to.Name], to.Version) {
				h.add("connectors", fmt.Sprintf("%q = %q", from.String(), candidate(to.Name, versions[to.Name])))
			}
		}
	}
	for _, from := range e.Services {
		to := target(from, spec.Services)
		if all, known := r.environments(ctx, to); known && len(all) == 0 {
			h.add("services", fmt.Sprintf("%q = \"<service>/<version>\"", from.String()))
		}
	}
}

// candidate is the newest version of a connector that is there, else a gap to fill.
func candidate(name string, versions []string) string {
	if len(versions) == 0 {
		return "<connector>/<version>"
	}
	return name + "/" + slices.MaxFunc(versions, tray.CompareVersions)
}
