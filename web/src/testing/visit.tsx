/** A stand-in for the network: what the pages ask is kept, and answered by the test. */

import { cleanup, render } from "@testing-library/preact";
import { type ComponentType, h } from "preact";
import { LocationProvider, Route, Router } from "preact-iso";
import { vi } from "vitest";
import { session } from "~/session/session";

export interface Asked {
  /** `POST /api/v1/payments`, without the query. */
  what: string;
  key: string | null;
  body: unknown;
}

/** A body with status 200 or 201, a problem as `[status, code, members]`, or no answer at all. */
type Answer = object | readonly [number, string, object?] | "lost";

class Each {
  constructor(readonly answers: Answer[]) {}
}

/** One answer after the other; the last one stays. */
export function each(...answers: Answer[]): Each {
  return new Each(answers);
}

export class Service {
  readonly asked: Asked[] = [];

  /** By `METHOD path`. What stands nowhere is 404. */
  constructor(readonly answers: Record<string, Answer>) {
    vi.stubGlobal("fetch", (request: Request) => this.answer(request));
  }

  /** The requests of one kind, in order. */
  of(what: string): Asked[] {
    return this.asked.filter((each) => each.what === what);
  }

  private async answer(request: Request): Promise<Response> {
    const what = `${request.method} ${new URL(request.url).pathname}`;
    const body = await request.text();
    this.asked.push({ what, key: request.headers.get("Idempotency-Key"), body: body ? JSON.parse(body) : null });
    const given = this.answers[what] ?? [404, "not_found"];
    const one = given instanceof Each ? (given.answers.length > 1 ? given.answers.shift() : given.answers[0]) : given;
    if (one === "lost" || one === undefined) throw new TypeError("Failed to fetch");
    if (Array.isArray(one)) {
      const [status, code, members] = one;
      return Response.json({ code, ...members }, { status });
    }
    return Response.json(one, { status: request.method === "POST" ? 201 : 200 });
  }
}

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
