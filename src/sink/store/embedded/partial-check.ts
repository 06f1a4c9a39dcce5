// Decides whether a partial can be merged, before it is written: once it is durable nothing may
// refuse it, or the store could never be opened again. So everything that a merge could object to is
// looked at here, and the merge itself runs without a way to fail.

import { assert } from "../../../shared/base/assert.ts";
import { LogmillError } from "../../../shared/base/errors.ts";
import { balanceKey, deadLetterKey } from "../../../shared/model/definition-key.ts";
import { loadKernel } from "../../../shared/kernel/kernel.ts";
import type { BatchPartial } from "../../../shared/model/partial.ts";
import { schemaOf } from "../../../shared/table/schema.ts";
import { Table } from "../../../shared/table/table.ts";
import { balanceAddsUp, isForBalance } from "./ledger/catalog.ts";
import type { DefinitionsByKey } from "./manifest/definitions.ts";

/** What the ledger keeps beside summaries. */
const pseudoKeys: readonly string[] = [balanceKey, deadLetterKey];

/** What is wrong between a batch's summaries and its partial; null when nothing is. */
export function partialFault(
  definitions: DefinitionsByKey,
  summaries: readonly string[],
  { balance, tables }: BatchPartial,
): string | null {
  const unknown = summaries.find((key) => !pseudoKeys.includes(key) && !definitions.has(key));
  if (unknown !== undefined) return `summary ${unknown} is not in the store`;
  if (isForBalance(summaries) !== (balance !== null)) {
    return balance === null
      ? "the batch counts lines and the partial does not"
      : "it counts lines unasked";
  }
  if (balance !== null && !balanceAddsUp(balance)) return "its lines do not add up";
  const asked = new Set(summaries);
  for (const { summary, bucketStart } of tables) {
    if (!asked.has(summary)) return `it has a table of ${summary}, which the batch is not for`;
    if (pseudoKeys.includes(summary)) return "it has a table of a summary that has none";
    if (!Number.isSafeInteger(bucketStart)) return "a bucket starts beyond all time";
  }
  return null;
}

export class FrameChecker {
  readonly #definitions: DefinitionsByKey;
  readonly #kernel = loadKernel();
  /** Empty tables by summary key, which know how a frame has to look. */
  readonly #shapes = new Map<string, Table>();

  constructor(definitions: DefinitionsByKey) {
    this.#definitions = definitions;
  }

  /** What is wrong with the first bad frame; null when all of them can be merged. Checked frame by frame. */
  *fault({ tables }: BatchPartial): Generator<void, string | null, undefined> {
    for (const { summary, frame } of tables) {
      const fault = this.#faultOf(summary, frame);
      if (fault !== null) return fault;
      yield;
    }
    return null;
  }

  #faultOf(summary: string, frame: Uint8Array): string | null {
    try {
      // To merge none of its rows is to check all of a frame.
      this.#shapeOf(summary).mergeRows(frame, 0, 0);
      return null;
    } catch (error) {
      if (error instanceof LogmillError && error.code === "bad_table") return error.message;
      throw error;
    }
  }

  #shapeOf(summary: string): Table {
    let shape = this.#shapes.get(summary);
    if (shape === undefined) {
      const definition = this.#definitions.get(summary);
      assert(definition !== undefined, "only tables of known summaries are checked");
      shape = new Table(this.#kernel, schemaOf(definition));
      this.#shapes.set(summary, shape);
    }
    return shape;
  }
}
