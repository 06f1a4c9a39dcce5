// Decides whether a partial can be merged, before it is written: once it is durable nothing may
// refuse it, or the store could never be opened again. So everything that a merge could object to is
// looked at here, and the merge itself runs without a way to fail.

import { assert } from "../../../shared/base/assert.ts";
import { LogmillError } from "../../../shared/base/errors.ts";
import { loadKernel } from "../../../shared/kernel/kernel.ts";
import type { DecodedPartial, PartialSheet } from "../../../shared/model/partial.ts";
import { schemaOf } from "../../../shared/table/schema.ts";
import { Table } from "../../../shared/table/table.ts";
import { isForBalance, isPseudoKey } from "./ledger/catalog.ts";
import type { DefinitionsByKey } from "./manifest/definitions.ts";

/** What is wrong between a batch's summaries and its partial; null when nothing is. */
export function partialFault(
  definitions: DefinitionsByKey,
  summaries: readonly string[],
  { source, summaries: sheets, tables }: DecodedPartial,
): string | null {
  const wanted = summaries.filter((key) => !isPseudoKey(key));
  const unknown = wanted.find((key) => !definitions.has(key));
  if (unknown !== undefined) return `summary ${unknown} is not in the store`;
  if (isForBalance(summaries) !== (source !== null)) {
    return source === null
      ? "the batch counts lines and the partial does not"
      : "it counts lines unasked";
  }
  if (sheets !== null && !areSheetsOf(wanted, sheets)) {
    return "its sheets are not those of the summaries that the batch is for";
  }
  const asked = new Set(wanted);
  for (const { summary, bucketStart } of tables) {
    if (!asked.has(summary)) return `it has a table of ${summary}, which the batch is not for`;
    if (!Number.isSafeInteger(bucketStart)) return "a bucket starts beyond all time";
  }
  return null;
}

function areSheetsOf(wanted: readonly string[], sheets: readonly PartialSheet[]): boolean {
  const keys = new Set(sheets.map(({ summary }) => summary));
  return (
    keys.size === sheets.length &&
    keys.size === wanted.length &&
    wanted.every((key) => keys.has(key))
  );
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
  *fault({ tables }: DecodedPartial): Generator<void, string | null, undefined> {
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
