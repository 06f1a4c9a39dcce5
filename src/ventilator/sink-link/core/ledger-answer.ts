// The parts of a sink's ledger as they come, until it is whole. A part that does not arrive (it was
// damaged on its way) makes all of it worthless: of what is missing, contents would get a second name
// and count again. So parts are numbered, the rest is not taken then, and the ledger is asked for anew.

import type { LedgerPart, LedgerRange, LedgerSource } from "../../../shared/protocol/messages.ts";
import type { Sheets } from "../../../shared/model/sheet.ts";

export interface WholeLedger {
  readonly sources: readonly LedgerSource[];
  readonly sheets: Sheets;
}

interface Growing extends LedgerSource {
  readonly merged: Record<string, LedgerRange[]>;
}

export class LedgerAnswer {
  readonly #sources: Growing[] = [];
  #parts = 0;

  /** @returns the ledger where this was its last part; "ignored" where another part is due. */
  add({ part, more, sources, sheets }: LedgerPart): WholeLedger | "taken" | "ignored" {
    if (part !== this.#parts) return "ignored";
    this.#parts += 1;
    for (const source of sources) this.#enter(source);
    if (more || sheets === null) return "taken";
    return { sources: this.#sources, sheets };
  }

  #enter({ merged, ...source }: LedgerSource): void {
    let known = this.#sources.at(-1);
    if (known?.identity.id !== source.identity.id) {
      known = { ...source, merged: {} };
      this.#sources.push(known);
    }
    for (const [key, ranges] of Object.entries(merged)) {
      const list = (known.merged[key] ??= []);
      for (const range of ranges) list.push(range);
    }
  }
}
