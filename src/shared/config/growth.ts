// How long values may become: only `concat` makes one longer than what it is made of, and what is made of it again
// and again would take all memory.

import { limits } from "../base/limits.ts";
import type { ValueExpression } from "../model/plan.ts";
import type { Path } from "./document.ts";
import type { FaultCollector } from "./fault-collector.ts";

/** @param what is so long */
export function reportGrowth(
  growth: number,
  what: string,
  path: Path,
  faults: FaultCollector,
): void {
  if (growth <= limits.computedGrowthMax) return;
  const problem = `${what} may be more than ${limits.computedGrowthMax} times as long as a line`;
  faults.value(path, problem, "put fewer values together");
}

/** How many times as long as a line values may be, constants aside; those of computed fields are given. */
export class Growth {
  readonly #values: ReadonlyMap<string, ValueExpression>;
  readonly #known = new Map<string, number>();

  constructor(values: ReadonlyMap<string, ValueExpression>) {
    this.#values = values;
  }

  of(value: ValueExpression): number {
    switch (value.op) {
      case "field":
        return this.#ofField(value.name);
      case "string":
      case "number":
        return 0;
      case "if":
        return Math.max(this.of(value.then), this.of(value.else));
      case "call": {
        const given = value.arguments.map((argument) => this.of(argument));
        if (value.name !== "concat") return Math.max(0, ...given);
        return given.reduce((sum, one) => sum + one, 0);
      }
    }
  }

  #ofField(name: string): number {
    const value = this.#values.get(name);
    if (value === undefined) return 1;
    const growth = this.#known.get(name) ?? this.of(value);
    this.#known.set(name, growth);
    return growth;
  }
}
