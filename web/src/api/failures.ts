/** What can go wrong with a call. */

export interface Problem {
  code: string;
  detail?: string;
  [member: string]: unknown;
}

/** The service answered, and said no. `code` is stable; `members` are what the problem document adds to it. */
export class Refusal extends Error {
  override readonly name = "Refusal";

  constructor(
    readonly status: number,
    readonly code: string,
    readonly retryAfterS: number | null,
    readonly members: Readonly<Record<string, unknown>>,
  ) {
    super(`${status} ${code}`);
  }

  static of(response: Response, body: unknown): Refusal {
    const problem: Problem = isProblem(body) ? body : { code: response.status >= 500 ? "unavailable" : "unknown" };
    const retryAfterS = Number(response.headers.get("Retry-After") ?? Number.NaN);
    return new Refusal(response.status, problem.code, Number.isFinite(retryAfterS) ? retryAfterS : null, problem);
  }
}

/** Nobody answered: the network, or the service, is away. What was asked may or may not have happened. */
export class Lost extends Error {
  override readonly name = "Lost";
}

/** Whether the same request may be sent again by itself. */
export function isPassing(error: unknown): boolean {
  return error instanceof Lost || (error instanceof Refusal && [408, 429, 502, 503, 504].includes(error.status));
}

function isProblem(body: unknown): body is Problem {
  return typeof body === "object" && body !== null && typeof (body as Problem).code === "string";
}
