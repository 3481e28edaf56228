/** A page as a browser opens it, and somebody signed in who looks at it. */

import { cleanup, render } from "@testing-library/preact";
import { type ComponentType, h } from "preact";
import { LocationProvider, Route, Router } from "preact-iso";
import { session } from "~/session/session";

export function signIn(id = "fan-1"): void {
  const user = { id, email: "fan@example.com", name: "Fan", role: "fan" as const, created_at: "2026-01-01T00:00:00Z" };
  session.value = { access: "a", refresh: "r", accessUntilMs: Date.now() + 3_600_000, user };
}

/** Opens `page` at `path`, as a browser does; what was open before is closed, so it is also how to reload. */
export function open(page: ComponentType, route: string, path: string): void {
  cleanup();
  history.replaceState(null, "", path);
  render(
    <LocationProvider>
      <Router>
        <Route path={route} component={page} />
        <Route default component={() => h("p", {}, "elsewhere")} />
      </Router>
    </LocationProvider>,
  );
}
