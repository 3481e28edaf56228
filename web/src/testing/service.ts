/** A stand-in for the service at the network's edge: tests say what each path answers, and read what was asked. */

import { vi } from "vitest";

export interface Asked {
  /** `POST /api/v1/payments`, without the query. */
  what: string;
  key: string | null;
  body: unknown;
}

/** A body with status 200 or 201, a problem as `[status, code, members]`, null for 204, anybody else's answer, or none. */
type Answer = object | readonly [number, string, object?] | null | Response | Promise<Response> | "lost";

class Each {
  constructor(readonly answers: Answer[]) {}
}

/** One answer after the other; the last one stays. */
export function each(...answers: Answer[]): Each {
  return new Each(answers);
}

export class Service {
  readonly asked: Asked[] = [];
  /** The headers of the last request of each kind. */
  readonly headers = new Map<string, Headers>();

  /** By `METHOD path`. What stands nowhere is 404; a function answers by what was asked. */
  constructor(private readonly answers: Record<string, Answer | Each | ((asked: Asked) => Answer)> = {}) {
    vi.stubGlobal("fetch", (request: RequestInfo, how?: RequestInit) => this.answer(new Request(request, how)));
  }

  /** What one kind of request is answered from now on. */
  on(what: string, answer: Answer | Each): void {
    this.answers[what] = answer;
  }

  /** The requests of one kind, in order. */
  of(what: string): Asked[] {
    return this.asked.filter((each) => each.what === what);
  }

  private async answer(request: Request): Promise<Response> {
    const what = `${request.method} ${new URL(request.url).pathname}`;
    const text = await request.text();
    const asked = { what, key: request.headers.get("Idempotency-Key"), body: text ? JSON.parse(text) : null };
    this.asked.push(asked);
    this.headers.set(what, request.headers);
    const one = await this.next(asked);
    if (one === "lost") throw new TypeError("Failed to fetch");
    if (one instanceof Response) return one.clone();
    if (one === null) return new Response(null, { status: 204 });
    if (Array.isArray(one)) {
      const [status, code, members] = one;
      return Response.json({ code, ...members }, { status, headers: { "Content-Type": "application/problem+json" } });
    }
    return Response.json(one, { status: request.method === "POST" ? 201 : 200 });
  }

  private next(asked: Asked): Answer {
    const given = asked.what in this.answers ? this.answers[asked.what] : [404, "not_found"];
    if (typeof given === "function") return given(asked);
    if (!(given instanceof Each)) return given as Answer;
    return (given.answers.length > 1 ? given.answers.shift() : given.answers[0]) as Answer;
  }
}
