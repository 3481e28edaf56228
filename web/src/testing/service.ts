/** A stand-in for the service at the network's edge: tests say what each path answers, and read what was asked. */

import { vi } from "vitest";

type Body = Record<string, unknown>;
type Answer = { status?: number; body: Body; headers?: Record<string, string> } | "lost";

export interface FakeService {
  /** `GET /concerts/c1/queue`, in the order in which they came. */
  asked: string[];
  /** The headers of the last request to each path. */
  headers: Map<string, Headers>;
  /** What a path answers from now on, however often. */
  on: (path: string, answer: Answer) => void;
}

export function fakeService(): FakeService {
  const answers = new Map<string, Answer>();
  const service: FakeService = {
    asked: [],
    headers: new Map(),
    on: (path, answer) => answers.set(path, answer),
  };
  vi.stubGlobal("fetch", async (request: Request) => {
    const path = `${request.method} ${new URL(request.url).pathname.replace("/api/v1", "")}`;
    service.asked.push(path);
    service.headers.set(path, request.headers);
    const answer = answers.get(path) ?? { status: 404, body: { code: "not_found" } };
    if (answer === "lost") throw new TypeError("Failed to fetch");
    const { status = 200, body, headers = {} } = answer;
    const content = status === 204 ? null : JSON.stringify(body);
    return new Response(content, { status, headers: { "Content-Type": "application/json", ...headers } });
  });
  return service;
}
