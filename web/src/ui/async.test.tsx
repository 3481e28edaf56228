import { render, screen, waitFor } from "@testing-library/preact";
import { expect, it, vi } from "vitest";
import { Lost, Refusal } from "~/api/failures";
import { useLoaded } from "~/ui/async";

function Shown({ load }: { load: () => Promise<string> }) {
  const { data, error } = useLoaded(load, []);
  return <p>{data ?? (error ? "failed" : "loading")}</p>;
}

it("loads again by itself when the network is back", async () => {
  const load = vi.fn().mockRejectedValueOnce(new Lost()).mockResolvedValue("here");
  render(<Shown load={load} />);
  await screen.findByText("failed");
  dispatchEvent(new Event("online"));
  await screen.findByText("here");
  dispatchEvent(new Event("online"));
  expect(load).toHaveBeenCalledTimes(2);
});

it("does not ask again where the answer was no", async () => {
  const load = vi.fn().mockRejectedValue(new Refusal(404, "not_found", null, {}));
  render(<Shown load={load} />);
  await screen.findByText("failed");
  dispatchEvent(new Event("online"));
  await waitFor(() => expect(load).toHaveBeenCalledTimes(1));
});
