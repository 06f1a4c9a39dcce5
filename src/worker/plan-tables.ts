// A plan on its way into use: kept until the tables that it looks values up in are here, which are asked for meanwhile
// (`core/table-fetch.ts`).

import { createHash } from "node:crypto";
import type { Wait } from "../shared/process/wait-notice.ts";
import type { PlanMessage, TablePiece } from "../shared/protocol/messages.ts";
import { TableFetch, type PieceRequest, type Tables } from "./core/table-fetch.ts";

export interface PlanTablesHandlers {
  readonly request: (request: PieceRequest) => void;
  /** The plan can be worked by. */
  readonly onWhole: (message: PlanMessage, tables: Tables) => void;
}

export class PlanTables {
  readonly #fetch = new TableFetch((bytes) => createHash("sha256").update(bytes).digest("hex"));
  readonly #handlers: PlanTablesHandlers;
  #waiting: PlanMessage | null = null;

  constructor(handlers: PlanTablesHandlers) {
    this.#handlers = handlers;
  }

  /** No table is missing. */
  get isComplete(): boolean {
    return this.#fetch.isComplete;
  }

  /** @throws LogmillError `table_unavailable`. */
  begin(message: PlanMessage): void {
    this.#waiting = message;
    this.#goOn(this.#fetch.begin(message.tables ?? [], performance.now()));
  }

  /** @throws LogmillError `table_unavailable`. */
  piece({ table, from, payload }: TablePiece): void {
    this.#goOn(this.#fetch.piece(table, from, payload, performance.now()));
  }

  /** @throws LogmillError `table_unavailable`. */
  unknown(table: string): void {
    this.#fetch.unknown(table);
  }

  /**
   * To be called about once a second while the ventilator is there.
   * @throws LogmillError `table_unavailable`.
   */
  tick(): void {
    this.#goOn(this.#fetch.tick(performance.now()));
  }

  /** The wait for the table that is on its way; null when none is. */
  wait(ventilator: string): Wait | null {
    const { missing } = this.#fetch;
    if (missing === null) return null;
    return {
      missing: `the ventilator at ${ventilator} has not sent all of the table ${missing}`,
      whom: `the table ${missing}`,
    };
  }

  #goOn(request: PieceRequest | null): void {
    if (request !== null) this.#handlers.request(request);
    const message = this.#waiting;
    if (message === null || !this.#fetch.isComplete) return;
    this.#waiting = null;
    this.#handlers.onWhole(message, this.#fetch.tables());
  }
}
