import { describe, expect, it } from "vitest";
import type { Schemas } from "~/api/client";
import { Lost, Refusal } from "~/api/failures";
import { type Ask, beginning, type Event, type Snapshot, type State, situation, step } from "~/queue/machine";

const NOW = Date.parse("2026-05-01T10:00:00Z");
const POLL = { near_ms: 1_000, far_ms: 15_000, per_position_ms: 1, jitter: 0.2 };

const seen = (given: Partial<Snapshot> = {}): Event => ({
  kind: "looked",
  seen: {
    ...{ concert_id: "c1", phase: "open", serving: 100, calling: 200, last: 5_000, waiting: 4_900, admitted: 100 },
    ...{ limit: 100, rate_per_s: 10, epoch: 1, as_of_ms: NOW, poll: POLL },
    ...given,
  },
});
const joined = (given: Partial<Schemas["JoinReply"]> = {}): Event => {
  const place = { token: "t1", number: 3_000, status: "waiting", position: 2_900, eta_s: 290, poll_after_ms: 3_800 };
  return { kind: "joined", reply: { ...place, epoch: 1, ...given } as Schemas["JoinReply"] };
};
const told = (given: Partial<Schemas["PlaceReply"]> = {}): Event => {
  const place = {
    status: "waiting",
    number: 3_000,
    position: 40,
    eta_s: 4,
    admitted_until: null,
    poll_after_ms: 1_500,
  };
  return { kind: "told", reply: { ...place, ...given } as Schemas["PlaceReply"] };
};
const refused = (ask: Ask, status: number, code: string, retryAfterS: number | null = null): Event => ({
  kind: "failed",
  ask,
  error: new Refusal(status, code, retryAfterS, {}),
});
const lost = (ask: Ask): Event => ({ kind: "failed", ask, error: new Lost() });

/** The last step after `events`, each at `NOW`. */
function having(...events: Event[]) {
  return from(beginning("fan-1", null, null), ...events);
}

function from(state: State, ...events: Event[]) {
  return events.reduce((last, event) => step(last.state, event, NOW), step(state, { kind: "begin" }, NOW));
}

describe("on the way to the front", () => {
  it("joins, then looks at the public queue at once", () => {
    expect(having().next).toEqual({ ask: "join", afterMs: 0, spreadMs: 0 });
    expect(having(joined()).next).toEqual({ ask: "look", afterMs: 0, spreadMs: 0 });
  });

  it("looks again after near_ms and a millisecond for each number, give or take a fifth", () => {
    const { next } = having(joined(), seen());

    expect(next).toEqual({ ask: "look", afterMs: 3_800 * 0.8, spreadMs: 3_800 * 0.4 });
  });

  it("never waits longer than far_ms, but for the jitter", () => {
    const { next } = having(joined({ number: 90_000 }), seen({ last: 90_000 }));

    expect(next).toEqual({ ask: "look", afterMs: 12_000, spreadMs: 6_000 });
  });

  it("reports once the number is called, and then as the service says", () => {
    const called = having(joined(), seen({ calling: 3_000 }));

    expect(called.next).toEqual({ ask: "current", afterMs: 0, spreadMs: 0 });

    const reported = step(called.state, told(), NOW);

    expect(reported.next).toEqual({ ask: "current", afterMs: 1_500, spreadMs: 0 });
    expect(situation(reported.state, NOW)).toBe("next");
  });

  it("asks for nothing more once admitted, until the time inside is over", () => {
    const { next, state } = having(
      joined(),
      seen({ calling: 3_000 }),
      told({ status: "admitted", admitted_until: new Date(NOW + 300_000).toISOString() }),
    );

    expect(next).toEqual({ ask: "current", afterMs: 301_000, spreadMs: 0 });
    expect(situation(state, NOW)).toBe("inside");
    expect(situation(state, NOW + 300_000)).toBe("over");
  });

  it("is let in by the join itself where nobody waits", () => {
    const until = new Date(NOW + 60_000).toISOString();
    const { state } = having(joined({ status: "admitted", position: 0, eta_s: 0, admitted_until: until }));

    expect(situation(state, NOW)).toBe("inside");
    expect(state.place?.progress).toBe(1);
  });
});

describe("with a place that is kept", () => {
  const kept = having(joined(), seen()).state.place;

  it("goes on after a reload without joining", () => {
    const { next, state } = from(beginning("fan-1", null, kept));

    expect(next?.ask).toBe("look");
    expect(state.place).toEqual(kept);
  });

  it("reports at once after a reload when the number was called before", () => {
    const called = having(joined(), seen({ calling: 3_000 })).state.place;

    expect(from(beginning("fan-1", null, called)).next?.ask).toBe("current");
  });

  it("asks at once when the phone wakes, but not twice within a second", () => {
    const { state } = having(joined(), seen());

    expect(step(state, { kind: "woken" }, NOW + 60_000).next).toEqual({ ask: "look", afterMs: 0, spreadMs: 0 });
    expect(step(state, { kind: "woken" }, NOW + 300).next).toEqual({ ask: "look", afterMs: 700, spreadMs: 0 });
  });
});

describe("when Redis was lost", () => {
  it("joins again when the public queue shows a later epoch, and keeps number, token and progress until told otherwise", () => {
    const before = having(joined(), seen({ serving: 1_500 }));
    const { next, state } = step(before.state, seen({ epoch: 2, last: 0, waiting: 0, serving: 0 }), NOW);

    expect(next).toEqual({ ask: "join", afterMs: 0, spreadMs: 0 });
    expect(state.place).toEqual(before.state.place);

    const again = step(state, joined({ token: "t2", epoch: 2, position: 1 }), NOW).state.place;

    expect(again).toMatchObject({ token: "t2", epoch: 2, number: 3_000, progress: before.state.place?.progress });
  });

  it("ignores an older epoch, which only an old cache can show", () => {
    expect(having(joined({ epoch: 2 }), seen({ epoch: 1 })).next?.ask).toBe("look");
  });

  it("joins again when the token is not known any more", () => {
    const { next, state } = having(joined(), seen({ calling: 3_000 }), refused("current", 401, "bad_queue_token"));

    expect(next).toEqual({ ask: "join", afterMs: 0, spreadMs: 0 });
    expect(state.place?.token).toBe("t1");
  });

  it("slows down when joining again does not help", () => {
    const once = [joined(), seen({ calling: 3_000 }), refused("current", 401, "bad_queue_token")];

    expect(having(...once, ...once).next).toEqual({ ask: "join", afterMs: 500, spreadMs: 1_000 });
    expect(having(...once, ...once, ...once).next).toEqual({ ask: "join", afterMs: 1_000, spreadMs: 2_000 });
  });
});

describe("when the network or the service is away", () => {
  it("says so, keeps the place, and asks the same again ever more slowly", () => {
    const { state } = having(joined(), seen());
    const delays = [1, 2, 3, 4, 5, 6].map((count) => {
      const { next } = from(state, seen(), ...Array.from({ length: count }, () => lost("look")));
      return [next?.ask, next?.afterMs, next?.spreadMs];
    });

    expect(delays).toEqual([
      ["look", 500, 1_000],
      ["look", 1_000, 2_000],
      ["look", 2_000, 4_000],
      ["look", 4_000, 8_000],
      ["look", 7_500, 15_000],
      ["look", 7_500, 15_000],
    ]);
  });

  it("does not let a called fan wait long for the next try", () => {
    const called = having(
      joined(),
      seen({ calling: 3_000 }),
      told(),
      ...Array.from({ length: 9 }, () => lost("current")),
    );

    expect(called.next).toEqual({ ask: "current", afterMs: 2_500, spreadMs: 5_000 });
    expect(called.state.trouble).toBe("lost");
  });

  it("waits at least as long as a 503 asks for", () => {
    const { next, state } = having(refused("join", 503, "overloaded", 20));

    expect(next).toEqual({ ask: "join", afterMs: 20_000, spreadMs: 1_000 });
    expect(state.trouble).toBe("busy");
  });

  it("forgets the trouble with the first good answer", () => {
    const { state } = having(joined(), seen(), lost("look"), lost("look"), seen());

    expect([state.trouble, state.failures]).toEqual([null, 0]);
  });

  it("stops at what cannot mend by itself, and goes on with the same place when asked to", () => {
    const stopped = having(joined(), refused("look", 404, "not_found"));

    expect(stopped.next).toBeNull();
    expect(situation(stopped.state, NOW)).toBe("stopped");
    expect(step(stopped.state, { kind: "woken" }, NOW).next).toBeNull();

    const again = step(stopped.state, { kind: "again" }, NOW);

    expect(again.next?.ask).toBe("look");
    expect(again.state.place?.number).toBe(3_000);
  });
});

describe("before the sale and after it", () => {
  const closed = refused("join", 409, "sale_closed");

  it("looks at the public queue when it cannot join yet, seldom, and often near the opening", () => {
    const early = from(beginning("fan-1", NOW + 3_600_000, null), closed, seen({ phase: "scheduled" }));
    const soon = from(beginning("fan-1", NOW + 10_000, null), closed, seen({ phase: "scheduled" }));

    expect(situation(early.state, NOW)).toBe("scheduled");
    expect(early.next).toEqual({ ask: "look", afterMs: 12_000, spreadMs: 6_000 });
    expect(soon.next).toEqual({ ask: "look", afterMs: 1_600, spreadMs: 800 });
  });

  it("joins at once when it sees the sale open", () => {
    const { next } = having(closed, seen({ phase: "scheduled" }), seen({ phase: "open" }));

    expect(next).toEqual({ ask: "join", afterMs: 0, spreadMs: 0 });
  });

  it("does not run in circles while an old cache calls a closed sale open", () => {
    const { next } = having(closed, seen({ phase: "open" }));

    expect(next).toEqual({ ask: "join", afterMs: 500, spreadMs: 1_000 });
  });

  it("keeps a place through a pause and finds out why nobody is let in, without reporting less often", () => {
    const reported = having(joined(), seen({ calling: 3_000 }), told({ eta_s: null }));

    expect(reported.next).toEqual({ ask: "look", afterMs: 750, spreadMs: 0 });

    const paused = step(reported.state, seen({ phase: "paused", calling: 3_000 }), NOW + 750);

    expect(situation(paused.state, NOW)).toBe("paused");
    expect(paused.next).toEqual({ ask: "current", afterMs: 750, spreadMs: 0 });

    const resumed = step(paused.state, told({ eta_s: 3 }), NOW + 1_500);

    expect(situation(resumed.state, NOW)).toBe("next");
  });

  it("keeps the place in line of a sale that closed, and looks seldom", () => {
    const { next, state } = having(joined(), seen({ phase: "closed" }));

    expect(situation(state, NOW)).toBe("stalled");
    expect(next).toEqual({ ask: "look", afterMs: 12_000, spreadMs: 6_000 });
  });
});

describe("when the place ends", () => {
  it.each([
    ["expired", "over"],
    ["left", "left"],
  ] as const)("asks nothing more after %s, and joins for a new number when asked to", (status, shown) => {
    const { next, state } = having(joined(), seen({ calling: 3_000 }), told({ status, position: null, eta_s: null }));

    expect(next).toBeNull();
    expect(situation(state, NOW)).toBe(shown);

    const again = step(state, { kind: "again" }, NOW);

    expect(again.next?.ask).toBe("join");
    expect(again.state.place).toBeNull();
  });

  it("leaves for good, and tries again where nobody answers", () => {
    const { state } = having(joined(), seen());
    const leaving = step(state, { kind: "leave" }, NOW);

    expect(leaving.next?.ask).toBe("leave");
    expect(step(leaving.state, lost("leave"), NOW).next?.ask).toBe("leave");
    expect(situation(step(leaving.state, { kind: "left" }, NOW).state, NOW)).toBe("left");
    expect(situation(step(leaving.state, refused("leave", 401, "bad_queue_token"), NOW).state, NOW)).toBe("left");
  });
});
