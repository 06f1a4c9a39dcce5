// What summaries need of a line. Each need is one of one summary: a line that one summary cannot count
// for the want of it is counted by the others.

import { columnsOf } from "../../shared/metric/kinds.ts";
import { reservedValues, type StoredColumn } from "../../shared/metric/stored-column.ts";
import { canonicalJson } from "../../shared/model/definition-key.ts";
import type { Expression, SummaryDefinition } from "../../shared/model/plan.ts";
import type { RejectReason } from "../../shared/model/reasons.ts";

interface DecimalNeed {
  readonly field: string;
  readonly scale: number;
  /** Whether the greatest value means "none" in some table, so that it has to be told. */
  readonly isForLeast: boolean;
}

/** What is decoded of the fields for some summaries: each once, however many need it. */
export interface DecodedFields {
  readonly timestamps: readonly string[];
  readonly decimals: readonly DecimalNeed[];
  /** Fields of sketches. */
  readonly hashes: readonly string[];
  readonly dimensions: readonly string[];
}

/** One thing that a line must have for a summary, or else is rejected for it. */
export interface Need {
  readonly field: string;
  readonly kind: "timestamp" | "dimension" | "decimal" | "least" | "hash";
  /** Of a decimal. */
  readonly scale: number;
  /** Needed only of lines that satisfy this; null: of every line that the summary wants. */
  readonly where: Expression | null;
}

/** Why a line is rejected that has the field, but not as it is needed. */
export function reasonOf({ kind }: Need): RejectReason {
  switch (kind) {
    case "timestamp":
      return "bad_timestamp";
    case "decimal":
    case "least":
      return "bad_number";
    case "dimension":
    case "hash":
      // Any bytes are a value, unless the field has a type; there is one type.
      return "bad_ip";
  }
}

export function decimalKey(field: string, scale: number): string {
  return canonicalJson([field, scale]);
}

/** What a summary needs, in the order in which lines are judged by it. */
export function needsOf({ timestamp, dimensions, metrics }: SummaryDefinition): readonly Need[] {
  const needs: Need[] = [
    { field: timestamp, kind: "timestamp", scale: 0, where: null },
    ...dimensions.map((field): Need => ({ field, kind: "dimension", scale: 0, where: null })),
    ...metrics.flatMap((metric) =>
      columnsOf(metric).flatMap((column) => needsOfColumn(column, metric.where ?? null)),
    ),
  ];
  const distinct = new Map(needs.map((need) => [canonicalJson(need), need]));
  return [...distinct.values()];
}

function needsOfColumn({ input, layout }: StoredColumn, where: Expression | null): Need[] {
  switch (input.kind) {
    case "line":
      return [];
    case "hash":
      return [{ field: input.field, kind: "hash", scale: 0, where }];
    case "decimal":
    case "dated": {
      const { field, scale } = input;
      const decimal: Need = { field, kind: "decimal", scale, where };
      return reservedValues(layout) === 0 ? [decimal] : [decimal, { ...decimal, kind: "least" }];
    }
  }
}

/** What has to be decoded to judge and to count by these needs. */
export function decodedFields(needs: readonly Need[]): DecodedFields {
  const of = (kind: Need["kind"]): readonly string[] => [
    ...new Set(needs.filter((need) => need.kind === kind).map(({ field }) => field)),
  ];
  const decimals = new Map<string, DecimalNeed>();
  for (const { kind, field, scale } of needs) {
    if (kind !== "decimal" && kind !== "least") continue;
    const key = decimalKey(field, scale);
    const isForLeast = kind === "least" || decimals.get(key)?.isForLeast === true;
    decimals.set(key, { field, scale, isForLeast });
  }
  return {
    timestamps: of("timestamp"),
    decimals: [...decimals.values()],
    hashes: of("hash"),
    dimensions: of("dimension"),
  };
}
