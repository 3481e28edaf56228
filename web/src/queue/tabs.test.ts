import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { takeTurns } from "~/queue/tabs";

type Turn = () => Promise<void>;
type Options = { steal?: boolean; signal?: AbortSignal };

/** The browser's exclusive lock, as far as tabs use it: waiting in line, giving up, and taking over. */
class Locks {
  private holder: { lose: (error: Error) => void } | null = null;
  private readonly line: { begin: () => void; signal: AbortSignal | undefined }[] = [];

  request(_name: string, { steal = false, signal }: Options, turn: Turn): Promise<void> {
    return new Promise((resolve, reject) => {
      const begin = () => {
        const mine = { lose: reject };
        this.holder = mine;
        turn().then(() => {
          resolve();
          if (this.holder === mine) this.pass();
        });
      };
      signal?.addEventListener("abort", () => reject(new DOMException("", "AbortError")));
      if (steal) {
        this.holder?.lose(new DOMException("", "AbortError"));
        begin();
      } else if (this.holder) this.line.push({ begin, signal });
      else begin();
    });
  }

  private pass(): void {
    this.holder = null;
    const next = this.line.splice(0).filter((each) => !each.signal?.aborted);
    next.shift()?.begin();
    this.line.push(...next);
  }
}

let visible: DocumentVisibilityState;
const settled = () => new Promise((resolve) => setTimeout(resolve));

beforeEach(() => {
  vi.stubGlobal("navigator", { locks: new Locks() });
  vi.spyOn(document, "visibilityState", "get").mockImplementation(() => visible);
});
afterEach(() => vi.unstubAllGlobals());

/** A tab of its own: what it does is noted under its name. */
function tab(name: string, seen: DocumentVisibilityState, notes: string[]) {
  visible = seen;
  return takeTurns("queue", () => {
    notes.push(`${name} leads`);
    return () => notes.push(`${name} rests`);
  });
}

it("lets the tab that was opened last ask, and the one before it when that closes", async () => {
  const notes: string[] = [];
  const first = tab("first", "visible", notes);
  const second = tab("second", "visible", notes);
  await settled();

  expect(notes).toEqual(["first leads", "second leads", "first rests"]);

  second();
  await settled();

  expect(notes.slice(3)).toEqual(["second rests", "first leads"]);

  first();
  await settled();

  expect(notes.slice(5)).toEqual(["first rests"]);
});

it("leaves the lead to the one that has it while another is opened behind it", async () => {
  const notes: string[] = [];
  const first = tab("first", "visible", notes);
  const hidden = tab("hidden", "hidden", notes);
  await settled();

  expect(notes).toEqual(["first leads"]);

  hidden();
  first();
  await settled();

  expect(notes).toEqual(["first leads", "first rests"]);
});

it("takes over when it is seen again", async () => {
  const notes: string[] = [];
  const first = tab("first", "visible", notes);
  const hidden = tab("hidden", "hidden", notes);
  visible = "visible";
  document.dispatchEvent(new Event("visibilitychange"));
  await settled();

  expect(notes).toEqual(["first leads", "hidden leads", "first rests"]);

  hidden();
  first();
  await settled();

  expect(notes.slice(3)).toEqual(["hidden rests"]);
});

it("asks in every tab where the browser has no locks", () => {
  vi.stubGlobal("navigator", {});
  const notes: string[] = [];
  tab("first", "visible", notes);
  tab("second", "visible", notes);

  expect(notes).toEqual(["first leads", "second leads"]);
});
