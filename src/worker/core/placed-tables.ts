// The tables of a plan where its functions find them. Those that the kernel searches lie in its memory below
// everything that a batch puts there, and are copied there once, when the plan is compiled.

import { assert } from "../../shared/base/assert.ts";
import type { PlanTables } from "../../shared/function/member.ts";
import type { Kernel } from "../../shared/kernel/kernel.ts";
import type { ComputedProgram, ComputedStep } from "./computed-program.ts";
import type { Tables } from "./table-fetch.ts";

export class PlacedTables implements PlanTables {
  readonly #tables: Tables;
  readonly #placed = new Map<string, number>();

  /** @param programs of the plan's sources; a kernel holds nothing yet that is to stay */
  constructor(kernel: Kernel, tables: Tables, programs: readonly ComputedProgram[]) {
    this.#tables = tables;
    for (const step of programs.flatMap(({ steps }) => steps)) {
      for (const name of tablesOf(step)) {
        const bytes = this.bytes(name);
        if (isOfKernel(step) && !this.#placed.has(name)) {
          this.#placed.set(name, kernel.reserve(bytes));
        }
      }
    }
  }

  bytes(name: string): Uint8Array {
    const bytes = this.#tables.get(name);
    assert(bytes !== undefined, `the plan has the table ${name}`);
    return bytes;
  }

  placed(name: string): number {
    const pointer = this.#placed.get(name);
    assert(pointer !== undefined, `the table ${name} is placed`);
    return pointer;
  }
}

/** Names of the tables that a step looks values up in. */
function tablesOf(step: ComputedStep): readonly string[] {
  if (step.kind !== "call") return [];
  const constants = step.member.parameters.filter(({ kind }) =>
    ["text", "number", "table", "pattern"].includes(kind),
  );
  return constants.flatMap(({ kind }, index) =>
    kind === "table" ? [step.constants[index] ?? ""] : [],
  );
}

function isOfKernel(step: ComputedStep): boolean {
  return step.kind === "call" && step.member.computing.way === "kernel";
}
