// Tries a format on a few lines: the kernel itself says which of them it takes and what their fields are, so
// that what is recognised is what will be counted.

import { assert } from "../../shared/base/assert.ts";
import { limits } from "../../shared/base/limits.ts";
import { loadSeededKernel } from "../../shared/kernel/seeded-kernel.ts";
import { balanceKey, summaryKey } from "../../shared/model/definition-key.ts";
import { fieldsOf } from "../../shared/model/format-fields.ts";
import type { Format, Plan, SummaryDefinition } from "../../shared/model/plan.ts";
import type { RejectReason } from "../../shared/model/reasons.ts";
import { decodePartial } from "../../shared/table/partial-codec.ts";
import { schemaOf } from "../../shared/table/schema.ts";
import { decodeTable } from "../../shared/table/table-view.ts";
import { compilePlan, type CompiledPlan } from "../../worker/core/compiled-plan.ts";
import { summarise } from "../../worker/core/summarise.ts";

const source = "trial";

/** What became of one line. */
export type TriedLine =
  | {
      readonly kind: "event";
      /** By name, those that the line has, as bytes of the key they would be; missing ones are empty. */
      readonly fields: ReadonlyMap<string, Buffer>;
    }
  | { readonly kind: "rejected"; readonly reason: RejectReason };

/** A summary by one field, which is the way to see what the field holds. */
function byField(field: string, name: string): SummaryDefinition {
  return {
    name,
    from: [source],
    timestamp: "timestamp",
    granularity: "day",
    timezone: "UTC",
    dimensions: [field],
    metrics: [{ name: "lines", type: "count" }],
  };
}

export class Trial {
  readonly #compiled: CompiledPlan;
  /** By the field's name. */
  readonly #summaries: ReadonlyMap<string, { key: string; definition: SummaryDefinition }>;

  constructor(format: Format) {
    const fields = fieldsOf(format).slice(0, limits.summariesMax);
    const definitions = fields.map((field, index) => byField(field, `field_${index}`));
    const plan: Plan = {
      version: 1,
      timezone: "UTC",
      sources: [{ name: source, format, maxLineBytes: limits.lineBytesMaxDefault }],
      summaries: definitions,
    };
    this.#compiled = compilePlan(loadSeededKernel(), plan);
    this.#summaries = new Map(
      definitions.map((definition, index) => [
        fields[index]!,
        { key: summaryKey(definition), definition },
      ]),
    );
  }

  /** How many of the lines are events of a known time. @param lines one character a byte, without line feeds */
  taken(lines: readonly string[]): number {
    const payload = Buffer.from(`${lines.join("\n")}\n`, "latin1");
    const keys = [this.#summaries.get("timestamp")!.key];
    const task = ["lines", payload.length, keys] as const;
    const { summaries } = decodePartial(summarise(this.#compiled, source, payload, ...task).bytes);
    return summaries![0]!.sheet.counted;
  }

  /** What the kernel makes of a line. @param line one character a byte, without its line feed */
  read(line: string): TriedLine {
    const summaries = [...this.#summaries.values()];
    const payload = Buffer.from(`${line}\n`, "latin1");
    const keys = [balanceKey, ...summaries.map(({ key }) => key)];
    const task = ["lines", payload.length, keys] as const;
    const partial = decodePartial(summarise(this.#compiled, source, payload, ...task).bytes);
    const faults = partial.samples.filter(({ summary }) => summary === null);
    // A summary by the time itself fails for the time alone.
    const time = this.#summaries.get("timestamp");
    const late = partial.samples.filter(({ summary }) => summary === time?.key);
    const fault = faults[0] ?? late[0];
    if (fault !== undefined) return { kind: "rejected", reason: fault.reason };
    const fields = new Map<string, Buffer>();
    for (const [field, { key, definition }] of this.#summaries) {
      const table = partial.tables.find(({ summary }) => summary === key);
      if (table === undefined) continue;
      const view = decodeTable(table.frame, schemaOf(definition));
      assert(view.rows === 1, "a line is one row");
      fields.set(field, Buffer.from(view.value(0, 0)));
    }
    return { kind: "event", fields };
  }
}
