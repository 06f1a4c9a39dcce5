// Reads the bytes of batches that were to be read by workers and could not be: they are sent instead.

import { crc32 } from "node:zlib";
import { assert } from "../../shared/base/assert.ts";
import { limits } from "../../shared/base/limits.ts";
import type { BatchHeader } from "../../shared/protocol/messages.ts";
import type { FlightBatch } from "../batch/batch.ts";
import type { BatchMaker } from "../batch/batch-maker.ts";
import { cutsOf } from "../source/file/core/batcher.ts";
import { HeldRange } from "../source/file/reference.ts";
import type { FlightEvent } from "./core/flight-events.ts";
import type { RangeSizer } from "./core/range-size.ts";

export class RangeLoader {
  readonly #maker: BatchMaker;
  readonly #ranges: RangeSizer;

  /** @param ranges learns that a range could not be read. */
  constructor(maker: BatchMaker, ranges: RangeSizer) {
    this.#maker = maker;
    this.#ranges = ranges;
  }

  /** The answer to the flight's `load`. */
  async load({ header, payload }: FlightBatch): Promise<Extract<FlightEvent, { type: "loaded" }>> {
    assert(payload instanceof HeldRange, "only what is not here is loaded");
    const { batch: id } = header;
    this.#ranges.failed(payload.length);
    let bytes: Uint8Array;
    try {
      bytes = await payload.load();
    } catch (error) {
      payload.fail(error);
      return { type: "loaded", id, into: null };
    }
    payload.release();
    return { type: "loaded", id, into: this.#sendable(header, bytes) };
  }

  /** The batch with its bytes, or the batches it makes if they are too many for a message. */
  #sendable(header: BatchHeader, bytes: Uint8Array): FlightBatch[] {
    if (bytes.length <= limits.batchBytesMax) {
      const crc = crc32(bytes);
      return [{ ...this.#maker.withChecksum(header, crc), payload: bytes, payloadCrc32: crc }];
    }
    const { source, identity, hint, summaries } = header;
    const preambleOf = this.#maker.preamblesWithin(header);
    return cutsOf(bytes, header.from).map(({ payload, payloadCrc32, ...range }) => {
      const facts = { ...range, source, identity, hint, summaries, ...preambleOf(payload) };
      return { ...this.#maker.make(facts), payload, payloadCrc32 };
    });
  }
}
