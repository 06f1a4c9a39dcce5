import { describe, expect, it } from "vitest";
import type { FlightAction } from "../../../../../src/ventilator/delivery/core/flight-events.ts";
import type { Flight } from "../../../../../src/ventilator/delivery/core/flight.ts";
import {
  batchOf,
  flightWith,
  otherStore,
  sendNext,
  session,
  store,
} from "../../core/flight-script.ts";

/** Actions in short: `redeliver 1 timeout`. */
function said(actions: readonly FlightAction[]): string[] {
  return actions.map((action) => {
    const id = "batch" in action ? action.batch : action.what;
    const name = typeof id === "object" ? id.header.batch : id;
    const detail = action.type === "redeliver" ? ` ${action.cause}` : "";
    return `${action.type} ${name}${detail}`;
  });
}

const ack = (batch: number, duplicate = false) =>
  ({ type: "ack", store, session, batches: [{ batch, duplicate, lines: 9 }] }) as const;
const nack = (batch: number, reason: "checksum" | "overlap" | "plan" | "bad_table") =>
  ({ type: "nack", store, session, batch, reason }) as const;
const done = (batch: number, worker: string) => ({ type: "done", session, batch, worker }) as const;
const lost = (worker: string, isFault = true) =>
  ({ type: "worker_lost", worker, isFault }) as const;

/** Numbers of the batches that wait, in the order they would be sent. */
function drain(flight: Flight): number[] {
  const order: number[] = [];
  while (flight.next() !== null) order.push(sendNext(flight, "drain"));
  return order;
}

describe("a flight", () => {
  it("is bounded in batches and bytes, but always takes one batch", () => {
    const flight = flightWith(3);
    expect(flight.hasRoom(1)).toBe(true);
    flight.on({ type: "added", batch: batchOf(4) }, 0);
    expect(flight.hasRoom(1)).toBe(false);
    expect(flightWith(1).hasRoom(9_900)).toBe(true);
    expect(flightWith(1).hasRoom(9_901)).toBe(false);
    expect(flightWith(0).hasRoom(20_000)).toBe(true);
  });

  it("forgets a batch when it is acknowledged, and tells lines and latency", () => {
    const flight = flightWith(1);
    sendNext(flight, "w", 5);
    flight.on(done(1, "w"), 6);
    const [action] = flight.on(ack(1), 42);
    expect(action).toMatchObject({ type: "acknowledged", lines: 9, duplicate: false });
    expect(action).toMatchObject({ latencyMs: 42 });
    expect([flight.batches, flight.bytes]).toEqual([0, 0]);
  });

  it("takes an acknowledgement that overtakes the worker's report", () => {
    const flight = flightWith(1);
    sendNext(flight, "w");
    expect(said(flight.on(ack(1), 1))).toEqual(["acknowledged 1"]);
    expect(said(flight.on(done(1, "w"), 2))).toEqual([]);
    expect(flight.batches).toBe(0);
  });

  it("is not changed by another store or session", () => {
    const flight = flightWith(1);
    sendNext(flight, "w");
    for (const foreign of [{ store: otherStore }, { session: 8n }]) {
      expect(said(flight.on({ ...ack(1), ...foreign }, 1))).toEqual(["ignored ack"]);
      expect(said(flight.on({ ...nack(1, "plan"), ...foreign }, 1))).toEqual(["ignored nack"]);
      expect(flight.batches).toBe(1);
    }
    flight.on({ ...done(1, "w"), session: 8n }, 2);
    flight.on({ type: "sink_greeted", store }, 3);
    expect(said(flight.on({ type: "ledger", presenceOf: () => "absent" }, 3))).toEqual([]);
  });

  it("counts acknowledgements of batches that have left as repeated", () => {
    const flight = flightWith(1);
    sendNext(flight, "w");
    flight.on(ack(1), 1);
    expect(said(flight.on(ack(1, true), 2))).toEqual(["repeated 1"]);
  });

  it("numbers attempts and sends old batches before new ones", () => {
    const flight = flightWith(3);
    sendNext(flight, "a");
    sendNext(flight, "a");
    flight.on(lost("a"), 1);
    expect(flight.next()?.batch.header.batch).toBe(1);
    expect(flight.next()?.avoid).toBe("a");
    const [action] = flight.on({ type: "sent", batch: 1, worker: "b" }, 2);
    expect(action).toMatchObject({ type: "send", worker: "b", attempt: 2 });
    expect(drain(flight)).toEqual([2, 3]);
  });
});

describe("when a worker is lost", () => {
  it("everything it had goes out again at once, its partials that may have died with it too", () => {
    const flight = flightWith(4);
    for (const worker of ["a", "a", "a", "b"]) sendNext(flight, worker);
    flight.on(done(1, "a"), 1);
    expect(said(flight.on(lost("a"), 2))).toEqual([
      "redeliver 1 worker_lost",
      "redeliver 2 worker_lost",
      "redeliver 3 worker_lost",
    ]);
    expect(drain(flight)).toEqual([1, 2, 3]);
  });

  it("after a goodbye, what is on its way to the sink is left to arrive", () => {
    const flight = flightWith(2);
    sendNext(flight, "a");
    sendNext(flight, "a");
    flight.on(done(1, "a"), 1);
    expect(said(flight.on(lost("a", false), 2))).toEqual(["redeliver 2 worker_lost"]);
  });

  it("only the batch that was in work is blamed, and given up after its last failure", () => {
    const flight = flightWith(2);
    for (const worker of ["a", "b"]) {
      expect([sendNext(flight, worker), sendNext(flight, worker)]).toEqual([1, 2]);
      flight.on(lost(worker), 1);
    }
    expect([sendNext(flight, "c"), sendNext(flight, "c")]).toEqual([1, 2]);
    const actions = flight.on(lost("c"), 2);
    expect(said(actions)).toEqual(["give_up 1", "redeliver 2 worker_lost"]);
    expect(actions[0]).toMatchObject({ failures: 3 });
    expect(drain(flight)).toEqual([2]);
  });

  it("a late report of it saves the second attempt if that was not sent yet", () => {
    const flight = flightWith(2);
    sendNext(flight, "a");
    sendNext(flight, "a");
    flight.on(lost("a"), 1);
    sendNext(flight, "b");
    flight.on(done(1, "a"), 2);
    flight.on(done(2, "a"), 2);
    expect(flight.next()).toBeNull();
    expect(said(flight.on(lost("b"), 3))).toEqual(["redeliver 1 worker_lost"]);
  });
});

describe("when the sink begins anew", () => {
  it("what its ledger lacks and was on its way goes out again, what it has is dropped", () => {
    const flight = flightWith(4);
    for (const worker of ["a", "a", "a"]) sendNext(flight, worker);
    flight.on(done(1, "a"), 1);
    flight.on(done(2, "a"), 1);
    flight.on({ type: "sink_greeted", store }, 2);
    // The third partial goes to the new incarnation.
    flight.on(done(3, "a"), 3);
    const merged = new Set([1]);
    const actions = flight.on(
      {
        type: "ledger",
        presenceOf: ({ header }) => (merged.has(header.batch) ? "merged" : "absent"),
      },
      4,
    );
    expect(said(actions)).toEqual(["merged 1", "redeliver 2 sink_changed"]);
    expect(flight.batches).toBe(3);
  });

  it("a batch that is merged in part is planned anew", () => {
    const flight = flightWith(1);
    flight.on({ type: "sink_greeted", store }, 2);
    const actions = flight.on({ type: "ledger", presenceOf: () => "partly" }, 3);
    expect(said(actions)).toEqual(["replan 1"]);
    expect(flight.batches).toBe(0);
  });

  it("a ledger that was asked for another reason changes nothing", () => {
    const flight = flightWith(1);
    sendNext(flight, "a");
    flight.on(done(1, "a"), 1);
    expect(said(flight.on({ type: "ledger", presenceOf: () => "merged" }, 3))).toEqual([]);
    expect(flight.batches).toBe(1);
  });
});

describe("a refused batch", () => {
  it("is sent again after damage, whatever part was damaged", () => {
    const flight = flightWith(2);
    sendNext(flight, "a");
    sendNext(flight, "a");
    flight.on(done(1, "a"), 1);
    expect(said(flight.on(nack(1, "checksum"), 2))).toEqual(["redeliver 1 checksum"]);
    expect(said(flight.on(nack(2, "bad_table"), 2))).toEqual(["redeliver 2 bad_table"]);
  });

  it("stays to be sent when the worker's report comes after the refusal", () => {
    const flight = flightWith(1);
    sendNext(flight, "a");
    flight.on(nack(1, "checksum"), 1);
    flight.on(done(1, "a"), 2);
    expect(flight.next()?.batch.header.batch).toBe(1);
    sendNext(flight, "a");
    flight.on(done(1, "a"), 3);
    expect(said(flight.on(lost("a"), 4))).toEqual(["redeliver 1 worker_lost"]);
  });

  it("leaves the flight when its range overlaps, and its source is planned anew", () => {
    const flight = flightWith(1);
    sendNext(flight, "a");
    expect(said(flight.on(nack(1, "overlap"), 1))).toEqual(["replan 1"]);
    expect(flight.batches).toBe(0);
  });

  it("stops the run when the sink does not know the plan", () => {
    const flight = flightWith(1);
    sendNext(flight, "a");
    expect(said(flight.on(nack(1, "plan"), 1))).toEqual(["stop 1"]);
  });

  it("by a worker, goes out again until it is given up", () => {
    const flight = flightWith(1);
    const failed = (worker: string) =>
      ({ type: "failed", session, batch: 1, worker, reason: "error", detail: "boom" }) as const;
    for (const expected of ["redeliver 1 worker_failed", "redeliver 1 worker_failed"]) {
      sendNext(flight, "a");
      expect(said(flight.on(failed("b"), 1))).toEqual([]);
      expect(said(flight.on(failed("a"), 1))).toEqual([expected]);
    }
    sendNext(flight, "a");
    const [action] = flight.on(failed("a"), 1);
    expect(action).toMatchObject({ type: "give_up", failures: 3, detail: "boom" });
    expect(flight.next()).toBeNull();
    expect(said(flight.on(ack(1), 2))).toEqual(["acknowledged 1"]);
  });
});

describe("an unanswered batch", () => {
  it("goes out again after the timeout, later each time", () => {
    const flight = flightWith(1);
    const waits: number[] = [];
    let nowMs = 0;
    for (let round = 0; round < 4; round += 1) {
      sendNext(flight, "a", nowMs);
      const sentMs = nowMs;
      while (flight.on({ type: "tick" }, nowMs).length === 0) nowMs += 10;
      waits.push(nowMs - sentMs);
    }
    for (const [round, waitMs] of waits.entries()) {
      expect(waitMs).toBeGreaterThanOrEqual(750 * 2 ** round);
      expect(waitMs).toBeLessThanOrEqual(1260 * 2 ** round);
    }
  });

  it("is not sent again for slowness: while its worker says that it has it", () => {
    const flight = flightWith(2);
    sendNext(flight, "a");
    sendNext(flight, "b");
    const again: string[] = [];
    for (let nowMs = 700; nowMs <= 70_000; nowMs += 700) {
      // The other batch is not this worker's to speak for.
      flight.on({ type: "held", worker: "a", batches: [1, 2] }, nowMs);
      again.push(...said(flight.on({ type: "tick" }, nowMs)));
    }
    expect(again).toEqual(["redeliver 2 timeout"]);
    expect(said(flight.on({ type: "tick" }, 72_000))).toEqual(["redeliver 1 timeout"]);
  });

  it("is not sent again for slowness: while the sink is busy, unless it was left out again and again", () => {
    const flight = flightWith(1);
    sendNext(flight, "a");
    flight.on({ type: "done", session, batch: 1, worker: "a" }, 0);
    let nowMs = 0;
    const pass = (): string[] => {
      nowMs += 900;
      flight.on({ type: "sink_busy" }, nowMs);
      return said(flight.on({ type: "tick" }, nowMs));
    };
    for (let beat = 0; beat < 100; beat += 1) expect(pass()).toEqual([]);
    // Eight times as many as a flight may have.
    for (let number = 2; number <= 2 + 8 * 4; number += 1) {
      flight.on({ type: "added", batch: batchOf(number) }, nowMs);
      sendNext(flight, "a", nowMs);
      flight.on(ack(number), nowMs);
    }
    expect([pass(), pass()].flat()).toEqual(["redeliver 1 timeout"]);
  });

  it("waits while the sink is silent, and as long again when it is back", () => {
    const flight = flightWith(1);
    sendNext(flight, "a");
    flight.on(done(1, "a"), 1);
    flight.on({ type: "sink_silent" }, 500);
    expect(flight.on({ type: "tick" }, 60_000)).toEqual([]);
    flight.on({ type: "sink_heard" }, 60_000);
    expect(flight.on({ type: "tick" }, 60_700)).toEqual([]);
    expect(said(flight.on({ type: "tick" }, 61_300))).toEqual(["redeliver 1 timeout"]);
  });

  it("adds at most a fifth to what is sent for the first time", () => {
    const flight = flightWith(200, { batchesMax: 200, bytesMax: 1e9 });
    for (let number = 0; number < 200; number += 1) sendNext(flight, "a");
    // Everything is overdue at once; the saved budget is all that goes out, then a trickle.
    expect(flight.on({ type: "tick" }, 5_000).length).toBe(8);
    expect(flight.on({ type: "tick" }, 5_100).length).toBe(0);
    expect(flight.on({ type: "tick" }, 6_100).length).toBe(1);
  });
  it("need not wait for the trickle once what went out again gets through", () => {
    const flight = flightWith(20, { batchesMax: 200, bytesMax: 1e9 });
    for (let number = 0; number < 20; number += 1) sendNext(flight, "a");
    // All are lost with the link; four re-sends were saved up.
    const again = (nowMs: number): number => {
      const { length } = flight.on({ type: "tick" }, nowMs);
      for (let count = 0; count < length; count += 1) sendNext(flight, "b", nowMs);
      return length;
    };
    expect(again(5_000)).toBe(4);
    expect(again(5_100)).toBe(0);
    for (let number = 1; number <= 4; number += 1) flight.on(ack(number), 5_200);
    expect(again(5_300)).toBe(4);
    // What had arrived before was no reason to send anything again.
    flight.on(ack(5, true), 5_400);
    expect(again(5_500)).toBe(0);
  });
});
