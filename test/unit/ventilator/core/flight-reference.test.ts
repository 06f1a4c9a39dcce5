// Batches by reference in the flight: when they are loaded, and what becomes of them then.

import { describe, expect, it } from "vitest";
import type { FlightBatch } from "../../../../src/ventilator/batch/batch.ts";
import type { Flight } from "../../../../src/ventilator/delivery/core/flight.ts";
import { batchOf, flightWith, sendNext, session, store } from "./flight-script.ts";

const byValue = batchOf(1);
const byReference: FlightBatch = {
  ...byValue,
  header: { ...byValue.header, checksums: "measured" },
  payload: { length: 100 },
};

const failed = (reason: "source" | "error") =>
  ({ type: "failed", session, batch: 1, reason, detail: "gone", worker: "w" }) as const;
const ack = {
  type: "ack",
  store,
  session,
  batches: [{ batch: 1, duplicate: false, lines: 9 }],
} as const;

/** A flight whose one batch a worker was sent to and failed. */
function failedFlight(reason: "source" | "error" = "source"): Flight {
  const flight = flightWith(0);
  flight.on({ type: "added", batch: byReference }, 0);
  expect(flight.bytes).toBe(100);
  sendNext(flight, "w");
  const actions = flight.on(failed(reason), 1);
  expect(actions).toEqual([{ type: "load", batch: byReference, cause: "worker_failed" }]);
  return flight;
}

describe("a batch by reference", () => {
  it.each(["source", "error"] as const)("that failed (%s) goes out with its bytes", (reason) => {
    const flight = failedFlight(reason);
    expect(flight.next()).toBe(null);
    expect(flight.on({ type: "loaded", id: 1, into: [byValue] }, 2)).toEqual([]);
    expect(sendNext(flight, "v")).toBe(1);
    const [redelivered] = flight.on({ ...failed("error"), worker: "v" }, 3);
    expect(redelivered).toMatchObject({ type: "redeliver", batch: byValue });
    sendNext(flight, "v");
    const [givenUp] = flight.on({ ...failed("error"), worker: "v" }, 4);
    expect(givenUp).toMatchObject({ type: "give_up", batch: byValue, failures: 3 });
  });

  it("that is too long to be sent goes out as the batches that it makes", () => {
    const flight = failedFlight();
    const parts = [2, 3].map((batch) => ({
      ...byValue,
      header: { ...byValue.header, batch },
    }));
    expect(flight.on({ type: "loaded", id: 1, into: parts }, 2)).toEqual([]);
    expect([sendNext(flight, "v"), sendNext(flight, "v"), flight.next()]).toEqual([2, 3, null]);
    // What the whole made after all is in the ledger, and the sink will say so of its parts.
    expect(flight.on(ack, 3)).toEqual([{ type: "repeated", batch: 1 }]);
    expect(flight.batches).toBe(2);
  });

  it("that cannot be loaded leaves the flight", () => {
    const flight = failedFlight();
    const [action] = flight.on({ type: "loaded", id: 1, into: null }, 2);
    expect(action).toEqual({ type: "unreadable", batch: byReference });
    expect([flight.batches, flight.bytes, flight.waiting]).toEqual([0, 0, 0]);
  });

  it("that is acknowledged while it is loaded stays gone", () => {
    const flight = failedFlight();
    expect(flight.on(ack, 2)).toMatchObject([{ type: "acknowledged", batch: byReference }]);
    expect(flight.on({ type: "loaded", id: 1, into: [byValue] }, 3)).toEqual([]);
    expect([flight.batches, flight.bytes, flight.waiting]).toEqual([0, 0, 0]);
  });

  it("is loaded once, however often it is refused, lost or overdue meanwhile", () => {
    const flight = failedFlight();
    expect(flight.on({ type: "nack", store, session, batch: 1, reason: "checksum" }, 2)).toEqual(
      [],
    );
    expect(flight.on({ type: "worker_lost", worker: "w", isFault: true }, 3)).toEqual([]);
    expect(flight.on({ type: "tick" }, 1e9)).toEqual([]);
    flight.on({ type: "loaded", id: 1, into: [byValue] }, 4);
    expect(flight.waiting).toBe(1);
  });

  it("of a worker that was merely lost before its turn goes out again as it was", () => {
    const flight = flightWith(0);
    flight.on({ type: "added", batch: byReference }, 0);
    sendNext(flight, "w");
    const [action] = flight.on({ type: "worker_lost", worker: "w", isFault: false }, 1);
    expect(action).toMatchObject({ type: "redeliver", cause: "worker_lost" });
    expect(flight.next()?.batch).toBe(byReference);
  });
});
