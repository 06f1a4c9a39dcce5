// What becomes of batches that are given up: they are cut into pieces, which go out again, until a
// line stands alone. That one is written to the file of dead letters, durably, and then the sink is told.
//
// A cluster whose every worker fails, whatever the batch, would so grind its whole input into dead
// letters. So the run ends when many batches in a row were given up and none got through.

import { assert } from "../../shared/base/assert.ts";
import { limits } from "../../shared/base/limits.ts";
import { tailCrc32 } from "../../shared/model/content-id.ts";
import { MarkFinder, packMarks } from "../../shared/model/content-marks.ts";
import type { Logger } from "../../shared/runtime/logger.ts";
import type { FlightBatch } from "../batch/batch.ts";
import type { BatchMaker } from "../batch/batch-maker.ts";
import type { GivenUp } from "../batch/given-up.ts";
import { cutIntoPieces, type Piece } from "./core/bisect.ts";
import type { FlightEvent } from "./core/flight-events.ts";
import type { DeadLetterFile } from "../dead-letter/dead-letter-file.ts";
import { deadLetterOf } from "../dead-letter/record.ts";
import { nothingWorks, deadLetterProblem } from "../fatal-errors.ts";
import type { VentilatorMetrics } from "../metrics.ts";

/** Lines of log about what fails. */
const loggedMax = 20;

export interface BisectionOptions {
  readonly maker: BatchMaker;
  readonly deadLetters: DeadLetterFile;
  readonly metrics: VentilatorMetrics;
  readonly logger: Logger;
}

/** What the flight is answered. */
type Answer = Extract<FlightEvent, { type: "split" | "dead_lettered" }>;

export class Bisection {
  readonly #options: BisectionOptions;
  #inARow = 0;
  #deadLetters = 0;
  #logged = 0;

  constructor(options: BisectionOptions) {
    this.#options = options;
  }

  /** What the end of a run says about dead letters: nothing, or one sentence. */
  problems(): string[] {
    const { deadLetters } = this.#options;
    return this.#deadLetters === 0
      ? []
      : [deadLetterProblem(this.#deadLetters, deadLetters.folder)];
  }

  /** A batch got through, so not everything fails. */
  succeeded(): void {
    this.#inARow = 0;
  }

  /** @throws LogmillError `batch_failed`, `disk_failed`. */
  async giveUp(given: GivenUp): Promise<Answer> {
    const { batch } = given;
    this.#inARow += 1;
    if (this.#inARow > limits.givenUpInARowMax) throw nothingWorks(given, this.#inARow);
    if (batch.piece === "line") return this.#deadLetter(given);
    const pieces = this.#piecesOf(batch);
    const { source, from, to, hint } = batch.header;
    const { failures, detail } = given;
    const facts = { source, path: hint.path, from, to, failures, detail, pieces: pieces.length };
    // One line of log for a batch; its pieces follow by the dozen.
    const level = batch.piece === undefined && this.#isNews() ? "warn" : "debug";
    this.#options.logger[level](facts, "no worker gets through this batch; it is taken apart");
    this.#options.metrics.bisectedBatches.inc();
    return { type: "split", batch: batch.header.batch, into: pieces };
  }

  /** The first ones are told at length; then there are metrics, and the sentence at the end. */
  #isNews(): boolean {
    this.#logged += 1;
    return this.#logged <= loggedMax;
  }

  #piecesOf(batch: FlightBatch): FlightBatch[] {
    const { header } = batch;
    if (header.kind === "oversize") {
      return [{ ...batch, ...this.#options.maker.make(header), piece: "line" }];
    }
    const preambleOf = this.#options.maker.preamblesWithin(header);
    return cutIntoPieces(bytesOf(batch)).map((piece) => this.#pieceOf(batch, piece, preambleOf));
  }

  #pieceOf(
    batch: FlightBatch,
    { from, to, isLine }: Piece,
    preambleOf: ReturnType<BatchMaker["preamblesWithin"]>,
  ): FlightBatch {
    const { header } = batch;
    const bytes = bytesOf(batch).subarray(from, to);
    const finder = new MarkFinder(header.from + from);
    finder.add(bytes);
    const { crc32: crc } = finder;
    const { source, identity, hint, kind, summaries } = header;
    const range = { from: header.from + from, to: header.from + to };
    const checks = { crc32: crc, tailCrc32: tailCrc32(bytes), checksums: "given" } as const;
    const marks = packMarks(range.from, finder.marks);
    const facts = {
      source,
      identity,
      hint,
      kind,
      summaries,
      ...range,
      ...checks,
      marks,
      ...preambleOf(bytes),
      witnesses: [],
    };
    const piece = isLine ? "line" : "lines";
    return { ...this.#options.maker.make(facts), payload: bytes, payloadCrc32: crc, piece };
  }

  async #deadLetter(given: GivenUp): Promise<Answer> {
    const { deadLetters, metrics, logger } = this.#options;
    const { header } = given.batch;
    const isNew = await deadLetters.add(deadLetterOf(given, bytesOf(given.batch), new Date()));
    if (isNew) {
      this.#deadLetters += 1;
      metrics.deadLetters.inc({ source: header.source });
      const { from: offset, hint, source } = header;
      const { cause, detail } = given;
      logger[this.#isNews() ? "warn" : "debug"](
        { source, path: hint.path, offset, cause, detail },
        "a line was dead-lettered: no worker gets through it",
      );
    }
    return { type: "dead_lettered", batch: header.batch };
  }
}

function bytesOf({ payload }: FlightBatch): Uint8Array {
  assert(payload instanceof Uint8Array, "what is given up was sent with its bytes");
  return payload;
}
