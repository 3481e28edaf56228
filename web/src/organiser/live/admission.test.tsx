import { cleanup, render, screen } from "@testing-library/preact";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Schemas } from "~/api/client";
import { chooseLanguage } from "~/i18n/language";
import { SaleControls } from "~/organiser/concerts/sale-controls";
import { Admission } from "~/organiser/live/admission";
import { type Asked, Service } from "~/testing/service";

const POLICY = { limit: 50, admit_rate_per_s: 0, session_ttl_s: 300, presence_ttl_s: 60, phase: "open" };
const LIVE = { concert_id: "c", phase: "open", limit: 50 } as Schemas["LiveReply"];

/** The service: it keeps a policy and remembers what it was asked to change. */
function service(): { changes: unknown[] } {
  const changes: unknown[] = [];
  let policy = POLICY;
  const change = ({ body }: Asked) => {
    changes.push(body);
    policy = { ...policy, ...(body as object) };
    return policy;
  };
  new Service({
    "GET /api/v1/admin/concerts/c/queue/policy": () => policy,
    "PUT /api/v1/admin/concerts/c/queue/policy": change,
    "POST /api/v1/admin/concerts/c/sale": change,
  });
  return { changes };
}

beforeEach(() => chooseLanguage("en"));
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

it("sends the limit that was typed and says when it is in force", async () => {
  const { changes } = service();
  const changed = vi.fn();
  const page = render(<Admission concertId="c" live={LIVE} changed={changed} />);
  const limit = screen.getByLabelText("Fans inside at most") as HTMLInputElement;
  const apply = screen.getByRole("button", { name: "Apply" }) as HTMLButtonElement;

  expect(apply.disabled).toBe(true);
  await userEvent.clear(limit);
  await userEvent.type(limit, "80");
  await userEvent.click(apply);

  await vi.waitFor(() => expect(changed).toHaveBeenCalledOnce());
  expect(changes).toEqual([{ limit: 80 }]);
  expect(page.getByRole("status").textContent).toBe("Being applied …");
  page.rerender(<Admission concertId="c" live={{ ...LIVE, limit: 80 }} changed={changed} />);
  await vi.waitFor(() => expect(page.getByRole("status").textContent).toMatch(/^In force, seen after [\d.]+ s$/));
});

it("steps the limit by its buttons and leaves the rate alone", async () => {
  const { changes } = service();
  render(<Admission concertId="c" live={LIVE} changed={() => undefined} />);

  await userEvent.click(screen.getByRole("button", { name: "More: Fans inside at most" }));
  await userEvent.click(screen.getByRole("button", { name: "More: Fans inside at most" }));
  await userEvent.click(screen.getByRole("button", { name: "Apply" }));

  await vi.waitFor(() => expect(changes).toEqual([{ limit: 60 }]));
});

it("sends nothing that the service would not take", async () => {
  const { changes } = service();
  render(<Admission concertId="c" live={LIVE} changed={() => undefined} />);
  const rate = screen.getByLabelText("Fans let in per second at most");

  await userEvent.clear(rate);
  await userEvent.type(rate, "fast{Enter}");

  expect(rate.getAttribute("aria-invalid")).toBe("true");
  expect((screen.getByRole("button", { name: "Apply" }) as HTMLButtonElement).disabled).toBe(true);
  expect(changes).toEqual([]);
});

it("asks before it closes a sale, and takes no for an answer", async () => {
  const { changes } = service();
  const changed = vi.fn();
  render(<SaleControls concertId="c" phase="open" changed={changed} />);

  await userEvent.click(screen.getByRole("button", { name: "Close the sale" }));
  await userEvent.click(screen.getByRole("button", { name: "No, leave it" }));
  expect(changes).toEqual([]);
  await userEvent.click(screen.getByRole("button", { name: "Pause" }));
  await userEvent.click(screen.getByRole("button", { name: "Yes, pause" }));

  await vi.waitFor(() => expect(changed).toHaveBeenCalledOnce());
  expect(changes).toEqual([{ action: "pause" }]);
});

it("does not open a sale that has nothing to sell", () => {
  service();
  render(<SaleControls concertId="c" phase="scheduled" notYet="Add a performance first." changed={() => undefined} />);

  expect((screen.getByRole("button", { name: "Open the sale" }) as HTMLButtonElement).disabled).toBe(true);
  expect(screen.getByText("Add a performance first.")).toBeTruthy();
});
