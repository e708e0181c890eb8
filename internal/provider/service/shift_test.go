package service_test

import "testing"

// The refusal says the names as people know them, without the workspace.
func TestService_aCountThatGrowsAtItsFrontIsRefused(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d desk) {
		count := func(names string) string {
			return "locals { names = [" + names + "] }\n" + crm("count = length(local.names)", "name = local.names[count.index]")
		}
		d.Applies(count(`"x", "y"`))
		d.Refuses(count(`"new", "x", "y"`), "TRAY008: Names shift from one custom service to the next", `gets the name "y", the custom service that has it gets "x"`,
			"from = tray_custom_service.<name>[<index>]")
	})
}
