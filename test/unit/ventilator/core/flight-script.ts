// Building blocks of flight tests: batches, and a flight that is driven by a script of events.

import { seededRandom } from "../../../../src/shared/base/prng.ts";
import { balanceKey } from "../../../../src/shared/model/definition-key.ts";
import { sealHeader } from "../../../../src/shared/protocol/batch-tag.ts";
import { tagKeyBytes } from "../../../../src/shared/protocol/message-parts.ts";
import type { BatchHeader } from "../../../../src/shared/protocol/messages.ts";
import type { FlightBatch } from "../../../../src/ventilator/batch/batch.ts";
import type { FlightLimits } from "../../../../src/ventilator/delivery/core/flight-entry.ts";
import { Flight } from "../../../../src/ventilator/delivery/core/flight.ts";

export const session = 7n;
export const store = "5".repeat(32);
export const otherStore = "6".repeat(32);

export function batchOf(number: number, bytes = 100): FlightBatch {
  const header: BatchHeader = {
    session,
    batch: number,
    plan: "1".repeat(32),
    source: "ads",
    identity: { id: "2".repeat(32), headBytes: 10, family: "3".repeat(16) },
    hint: { path: "/a", inode: "1:2", stat: "1:2:3:4" },
    from: number * bytes,
    to: (number + 1) * bytes,
    crc32: 0,
    tailCrc32: 0,
    kind: "lines",
    checksums: "given",
    summaries: [balanceKey],
  };
  const sealed = sealHeader(new Uint8Array(tagKeyBytes), header);
  return { header, sealed, payload: new Uint8Array(bytes), payloadCrc32: 0 };
}

const flightLimits: FlightLimits = {
  batchesMax: 4,
  bytesMax: 10_000,
  ackTimeoutMs: 1000,
  failuresMax: 3,
  lossesMax: 3,
};

/** A flight with a greeted, living sink and the batches 1 to `count`. */
export function flightWith(count: number, limits: Partial<FlightLimits> = {}): Flight {
  const flight = new Flight(session, seededRandom(1), { ...flightLimits, ...limits });
  flight.on({ type: "sink_greeted", store }, 0);
  flight.on({ type: "ledger", presenceOf: () => "absent" }, 0);
  flight.on({ type: "sink_heard" }, 0);
  for (let number = 1; number <= count; number += 1) {
    flight.on({ type: "added", batch: batchOf(number) }, 0);
  }
  return flight;
}

/** Sends the next waiting batch and returns its number. */
export function sendNext(flight: Flight, worker: string, nowMs = 0): number {
  const next = flight.next();
  if (next === null) throw new Error("nothing waits");
  const { batch } = next.batch.header;
  flight.on({ type: "sent", batch, worker }, nowMs);
  return batch;
}
