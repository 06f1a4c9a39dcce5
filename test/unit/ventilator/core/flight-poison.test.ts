// Batches that fail and fail: given up, taken apart, dead-lettered.

import { describe, expect, it } from "vitest";
import type { FlightBatch } from "../../../../src/ventilator/batch/batch.ts";
import type { Flight } from "../../../../src/ventilator/delivery/core/flight.ts";
import { batchOf, flightWith, sendNext, session, store } from "./flight-script.ts";

const lost = (worker: string) => ({ type: "worker_lost", worker, isFault: true }) as const;
const failed = (batch: number, worker: string, reason: "error" | "checksum" = "error") =>
  ({ type: "failed", session, batch, worker, reason, detail: "boom" }) as const;
const ack = (batch: number) => {
  const batches = [{ batch, duplicate: false, lines: 1 }];
  return { type: "ack", store, session, batches } as const;
};
const piece = (number: number, kind: "lines" | "line"): FlightBatch => ({
  ...batchOf(number, 50),
  piece: kind,
});
const typesOf = (actions: readonly { readonly type: string }[]): string[] =>
  actions.map(({ type }) => type);

/** A flight whose first batch was given up. */
function givenUp(): Flight {
  const flight = flightWith(1, { failuresMax: 1 });
  sendNext(flight, "a");
  expect(typesOf(flight.on(failed(1, "a"), 1))).toEqual(["give_up"]);
  return flight;
}

describe("a suspected batch", () => {
  it("is to be alone from its first failure on, and is not while it has none", () => {
    const flight = flightWith(2);
    expect(flight.next()?.isAlone).toBe(false);
    sendNext(flight, "a");
    flight.on(lost("a"), 1);
    expect(flight.next()).toMatchObject({ isAlone: true, avoid: "a" });
    sendNext(flight, "b");
    expect(flight.next()).toMatchObject({ isAlone: false });
  });

  it("is given up after two lost workers, or after five failures", () => {
    const limits = { failuresMax: 5, lossesMax: 2 };
    const crashing = flightWith(1, limits);
    sendNext(crashing, "a");
    expect(typesOf(crashing.on(lost("a"), 1))).toEqual(["redeliver"]);
    sendNext(crashing, "b");
    expect(typesOf(crashing.on(lost("b"), 1))).toEqual(["give_up"]);
    const throwing = flightWith(1, limits);
    const answers = [1, 2, 3, 4, 5].map(() => {
      sendNext(throwing, "a");
      return typesOf(throwing.on(failed(1, "a"), 1))[0];
    });
    expect(answers).toEqual(["redeliver", "redeliver", "redeliver", "redeliver", "give_up"]);
  });

  it("is not given up for damage on its way, which ends the run when it does not stop", () => {
    const flight = flightWith(1, { failuresMax: 2 });
    for (let damages = 1; damages < 20; damages += 1) {
      sendNext(flight, "a");
      expect(typesOf(flight.on(failed(1, "a", "checksum"), 1))).toEqual(["redeliver"]);
    }
    sendNext(flight, "a");
    expect(typesOf(flight.on(failed(1, "a", "checksum"), 1))).toEqual(["hopeless"]);
  });
});

describe("a batch that is taken apart", () => {
  it("goes on as its pieces, which are alone, and given up at their first failure", () => {
    const flight = givenUp();
    flight.on({ type: "split", batch: 1, into: [piece(2, "lines"), piece(3, "lines")] }, 2);
    expect(flight.batches).toBe(2);
    expect(flight.bytes).toBe(100);
    expect(flight.next()?.isAlone).toBe(true);
    expect(sendNext(flight, "a")).toBe(2);
    expect(typesOf(flight.on(failed(2, "a"), 3))).toEqual(["give_up"]);
    expect(sendNext(flight, "a")).toBe(3);
    flight.on({ type: "done", session, batch: 3, worker: "a" }, 3);
    expect(typesOf(flight.on(ack(3), 4))).toEqual(["acknowledged"]);
  });

  it("is left whole when a late attempt got through", () => {
    const flight = givenUp();
    expect(typesOf(flight.on(ack(1), 2))).toEqual(["acknowledged"]);
    flight.on({ type: "split", batch: 1, into: [piece(2, "lines")] }, 3);
    expect(flight.batches).toBe(0);
  });
});

describe("a line that stands alone", () => {
  function condemned(): Flight {
    const flight = givenUp();
    flight.on({ type: "split", batch: 1, into: [piece(2, "line")] }, 2);
    const answers = ["a", "b", "c"].map((worker) => {
      sendNext(flight, worker);
      return typesOf(flight.on(lost(worker), 3))[0];
    });
    expect(answers).toEqual(["redeliver", "redeliver", "give_up"]);
    return flight;
  }

  it("gets three trials, and is buried only once it lies among the dead letters", () => {
    const flight = condemned();
    expect(flight.next()).toBeNull();
    expect(typesOf(flight.on({ type: "tick" }, 60_000))).toEqual([]);
    expect(typesOf(flight.on({ type: "dead_lettered", batch: 2 }, 60_000))).toEqual([
      "dead_letter",
    ]);
    expect(typesOf(flight.on(ack(2), 60_001))).toEqual(["acknowledged"]);
    expect(flight.batches).toBe(0);
  });

  it("is buried again until the sink has counted it, and at once for a new one", () => {
    const flight = condemned();
    flight.on({ type: "dead_lettered", batch: 2 }, 10);
    expect(typesOf(flight.on({ type: "tick" }, 500))).toEqual([]);
    expect(typesOf(flight.on({ type: "tick" }, 1_300))).toEqual(["dead_letter"]);
    flight.on({ type: "sink_greeted", store }, 1_400);
    const absent = { type: "ledger", presenceOf: () => "absent" as const } as const;
    expect(typesOf(flight.on(absent, 1_400))).toEqual(["dead_letter"]);
    flight.on({ type: "sink_greeted", store }, 1_500);
    const merged = { type: "ledger", presenceOf: () => "merged" as const } as const;
    expect(typesOf(flight.on(merged, 1_500))).toEqual(["merged"]);
  });

  it("is planned anew when the sink has it otherwise", () => {
    const flight = condemned();
    flight.on({ type: "dead_lettered", batch: 2 }, 10);
    const nack = { type: "nack", store, session, batch: 2, reason: "overlap" } as const;
    expect(typesOf(flight.on(nack, 11))).toEqual(["replan"]);
  });
});
