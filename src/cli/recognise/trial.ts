// Tries a format on a few lines: the kernel itself says which of them it takes and what their fields are, so
// that what is recognised is what will be counted.

import { limits } from "../../shared/base/limits.ts";
import { fieldsOf } from "../../shared/model/format-fields.ts";
import type { SampledLine } from "../../shared/model/partial.ts";
import type { ComputedField, Format, Plan } from "../../shared/model/plan.ts";
import { PlanTrial, planByField } from "./plan-trial.ts";

/** What became of one line. */
export type TriedLine =
  | {
      readonly kind: "event";
      /** By name, as bytes of the key that they would be; missing ones are empty, or not there. */
      readonly fields: ReadonlyMap<string, Uint8Array>;
    }
  | { readonly kind: "rejected"; readonly reject: SampledLine }
  /** A header, a directive or a comment. */
  | { readonly kind: "comment" };

/** How a source is read. */
export interface Reading {
  readonly format: Format;
  readonly maxLineBytes: number;
  readonly computed: readonly ComputedField[];
  /** The field that is the time. */
  readonly timestamp: string;
  /** Of times without an offset. */
  readonly timezone: string;
}

export class Trial {
  /** Those of the format and those that are computed. */
  readonly #fields: readonly string[];
  readonly #byTime: PlanTrial;
  readonly #makeByField: () => PlanTrial;
  /** Made when it is first needed: most formats that are tried take no line. */
  #byField: PlanTrial | null = null;

  /** @param reading where it is left out, as `logmill summarize` does */
  constructor(format: Format, reading: Partial<Reading> = {}) {
    const { maxLineBytes = limits.lineBytesMaxDefault, timezone = "UTC" } = reading;
    const { timestamp = "timestamp", computed = [] } = reading;
    const source = { name: "trial", format, maxLineBytes, computed };
    const planOf = (names: readonly string[]): Plan =>
      planByField(source, { names, timestamp, timezone });
    this.#fields = [...fieldsOf(format), ...computed.map(({ name }) => name)];
    this.#makeByField = () => new PlanTrial(planOf(this.#fields), source.name);
    this.#byTime = new PlanTrial(planOf([timestamp]), source.name);
  }

  /** The next line that is read is the first of a file. */
  begin(): void {
    this.#byTime.begin();
    this.#byField?.begin();
  }

  /** How many of the lines are events of a known time, or parts of some. @param lines one character a byte, without line feeds */
  taken(lines: readonly string[]): number {
    this.begin();
    const text = Buffer.from(`${lines.join("\n")}\n`, "latin1");
    const { tables, parts } = this.#byTime.readNext(text);
    let taken = parts;
    for (const { table } of tables) {
      for (let row = 0; row < table.rows; row += 1) taken += Number(table.count(0, row));
    }
    return taken;
  }

  /** What the kernel makes of the next line of a file. @param line one character a byte, without its line feed */
  read(line: string): TriedLine {
    const text = Buffer.from(`${line}\n`, "latin1");
    // Both have to see all lines, since a line may say how those behind it are read.
    const { rejects } = this.#byTime.readNext(text);
    const { tables } = (this.#byField ??= this.#makeByField()).readNext(text);
    const reject = rejects[0]?.sample;
    if (reject?.reason === "comment") return { kind: "comment" };
    if (reject !== undefined) return { kind: "rejected", reject };
    const fields = tables.map(({ definition, table }): [string, Uint8Array] => [
      definition.dimensions[0]!,
      table.value(0, 0),
    ]);
    const order = new Map(fields);
    const names = this.#fields.filter((field) => order.has(field));
    return { kind: "event", fields: new Map(names.map((field) => [field, order.get(field)!])) };
  }
}
