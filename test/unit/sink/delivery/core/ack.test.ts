import { describe, expect, it } from "vitest";
import { acknowledge } from "../../../../../src/sink/delivery/core/ack.ts";
import { sampleHeader } from "../../../../golden/protocol-samples.ts";

const store = "5".repeat(32);
const durable = (session: bigint, batch: number, duplicate = false) => ({
  header: { ...sampleHeader, session, batch },
  duplicate,
  lines: batch * 10,
});

describe("acknowledging a group commit", () => {
  it("says nothing when nothing became durable", () => {
    expect(acknowledge(store, [])).toEqual([]);
  });

  it("makes one message per session, with the batches in the order of their commit", () => {
    const acks = acknowledge(store, [
      durable(1n, 3),
      durable(2n, 7, true),
      durable(1n, 1),
      durable(1n, 2, true),
    ]);
    expect(acks).toEqual([
      {
        type: "ack",
        store,
        session: 1n,
        batches: [
          { batch: 3, duplicate: false, lines: 30 },
          { batch: 1, duplicate: false, lines: 10 },
          { batch: 2, duplicate: true, lines: 20 },
        ],
      },
      { type: "ack", store, session: 2n, batches: [{ batch: 7, duplicate: true, lines: 70 }] },
    ]);
  });
});
