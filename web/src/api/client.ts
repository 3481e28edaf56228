/** The one way to the service: typed by its own OpenAPI document, signed, and every failure a `Refusal` or a `Lost`. */

import createClient, { type FetchResponse } from "openapi-fetch";
import { Lost, Refusal } from "~/api/failures";
import type { components, paths } from "~/api/schema";
import { adjustClock } from "~/kernel/clock";
import { accessToken, renewSession, session } from "~/session/session";

export type Schemas = components["schemas"];

/** What needs no signature goes without one: it is the same for all, or a queue token speaks for it. */
const PUBLIC = new RegExp(
  `^(${[
    "POST /api/v1/(users|sessions(/refresh)?)",
    "GET /api/v1/concerts(/[^/]+(/queue(/tokens/current)?)?)?",
    "GET /api/v1/performances/[^/]+/(seats|availability)",
  ].join("|")})$`,
);

export const api = createClient<paths>({ baseUrl: location.origin, fetch: signed });

/** What a call answered; throws `Refusal` where the service refused, `Lost` where nobody answered. */
export async function answer<T extends Record<string | number, unknown>, O, M extends `${string}/${string}`>(
  call: Promise<FetchResponse<T, O, M>>,
): Promise<NonNullable<FetchResponse<T, O, M>["data"]>> {
  const { data, error, response } = await call;
  if (error !== undefined || !response.ok) throw Refusal.of(response, error);
  return data as NonNullable<typeof data>;
}

async function signed(request: Request): Promise<Response> {
  const isPublic = PUBLIC.test(`${request.method} ${new URL(request.url).pathname}`);
  const token = isPublic ? null : await accessToken();
  const again = token ? request.clone() : null;
  if (token) request.headers.set("Authorization", `Bearer ${token}`);
  const response = await reach(request);
  if (response.status !== 401 || !again || !session.value) return response;
  if (
    (
      await response
        .clone()
        .json()
        .catch(() => null)
    )?.code !== "unauthorized"
  )
    return response;
  const renewed = await renewSession(token);
  if (!renewed) return response;
  again.headers.set("Authorization", `Bearer ${renewed}`);
  return reach(again);
}

async function reach(request: Request): Promise<Response> {
  try {
    const response = await fetch(request);
    adjustClock(response.headers.get("Date"), response.headers.get("Cache-Control")?.includes("public") ?? false);
    return response;
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new Lost();
  }
}
