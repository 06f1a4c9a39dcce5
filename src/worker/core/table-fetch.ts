// How a worker gets the tables of its plan: a piece after the other from its ventilator, one asked for at a time, so
// that neither side ever holds more of a table on its way than that. What has come is kept when the
// connection is made anew, and when the same table is in the next plan.
//
// A table is used when all of its bytes are here and have its checksum. One that comes damaged is asked for
// again, from its beginning, a few times; then, and when the ventilator has no such table, or answers
// nothing for long, the worker cannot work: that is an error.

import { LogmillError } from "../../shared/base/errors.ts";
import { limits } from "../../shared/base/limits.ts";
import type { TableInfo } from "../../shared/model/table-info.ts";

/** The tables of a plan by their names. */
export type Tables = ReadonlyMap<string, Uint8Array>;

/** A piece to be asked for. */
export interface PieceRequest {
  readonly table: string;
  readonly from: number;
}

interface Arriving {
  readonly info: TableInfo;
  readonly bytes: Uint8Array;
  have: number;
  damages: number;
}

/** Times that a table may come damaged. */
const damagesMax = 3;

export class TableFetch {
  readonly #sha256: (bytes: Uint8Array) => string;
  #wanted: readonly TableInfo[] = [];
  /** Whole and verified, by checksum. */
  readonly #whole = new Map<string, Uint8Array>();
  #arriving: Arriving | null = null;
  #askedMs = 0;
  #tries = 0;

  /** @param sha256 in hexadecimal */
  constructor(sha256: (bytes: Uint8Array) => string) {
    this.#sha256 = sha256;
  }

  get isComplete(): boolean {
    return this.#wanted.every(({ sha256 }) => this.#whole.has(sha256));
  }

  /** The name of the table that is on its way; null when all are here. */
  get missing(): string | null {
    return this.#next()?.name ?? null;
  }

  /** All that the plan has. */
  tables(): Tables {
    return new Map(this.#wanted.map(({ name, sha256 }) => [name, this.#whole.get(sha256)!]));
  }

  /**
   * A plan has come, over a new connection as a rule.
   * @param nowMs monotonic milliseconds.
   * @returns what to ask for; null when all is here
   * @throws LogmillError `table_unavailable`.
   */
  begin(wanted: readonly TableInfo[], nowMs: number): PieceRequest | null {
    const bytes = wanted.reduce((sum, each) => sum + each.bytes, 0);
    if (bytes > limits.tablesBytesMax) {
      throw unavailable(
        wanted[0]!,
        `the tables of the plan have ${bytes} bytes, more than a worker keeps`,
      );
    }
    this.#wanted = wanted;
    const isWanted = (sha256: string): boolean => wanted.some((each) => each.sha256 === sha256);
    for (const sha256 of this.#whole.keys()) if (!isWanted(sha256)) this.#whole.delete(sha256);
    if (this.#arriving !== null && !isWanted(this.#arriving.info.sha256)) this.#arriving = null;
    this.#tries = 0;
    return this.#ask(nowMs);
  }

  /**
   * A piece has come; one that was not asked for, or is asked for no more, changes nothing.
   * @returns what to ask for next
   * @throws LogmillError `table_unavailable`.
   */
  piece(table: string, from: number, payload: Uint8Array, nowMs: number): PieceRequest | null {
    const arriving = this.#arriving;
    if (arriving?.info.sha256 !== table || from !== arriving.have) return null;
    const { info, bytes } = arriving;
    if (payload.length === 0 || payload.length > info.bytes - from) return null;
    bytes.set(payload, from);
    arriving.have += payload.length;
    this.#tries = 0;
    if (arriving.have === info.bytes) this.#arrived(arriving);
    return this.#ask(nowMs);
  }

  /**
   * The ventilator has no such table.
   * @throws LogmillError `table_unavailable` where it is the one that was asked for.
   */
  unknown(table: string): void {
    const info = this.#arriving?.info;
    if (info?.sha256 === table) throw unavailable(info, "the ventilator does not have it");
  }

  /**
   * To be called about once a second while the ventilator is there.
   * @returns what to ask for again
   * @throws LogmillError `table_unavailable`.
   */
  tick(nowMs: number): PieceRequest | null {
    if (this.#arriving === null || nowMs - this.#askedMs < limits.tablePieceWaitMs) return null;
    this.#tries += 1;
    if (this.#tries > limits.tablePieceTriesMax) {
      throw unavailable(
        this.#arriving.info,
        `the ventilator was asked ${this.#tries} times in vain`,
      );
    }
    return this.#ask(nowMs);
  }

  #next(): TableInfo | null {
    return this.#wanted.find(({ sha256 }) => !this.#whole.has(sha256)) ?? null;
  }

  #arrived({ info, bytes, damages }: Arriving): void {
    this.#arriving = null;
    if (this.#sha256(bytes) === info.sha256) {
      this.#whole.set(info.sha256, bytes);
      return;
    }
    if (damages + 1 >= damagesMax) {
      throw unavailable(info, `it came ${damages + 1} times, and never with its checksum`);
    }
    this.#arriving = { info, bytes, have: 0, damages: damages + 1 };
  }

  #ask(nowMs: number): PieceRequest | null {
    const info = this.#next();
    if (info === null) return null;
    if (this.#arriving?.info.sha256 !== info.sha256) {
      this.#arriving = { info, bytes: new Uint8Array(info.bytes), have: 0, damages: 0 };
    }
    this.#askedMs = nowMs;
    return { table: info.sha256, from: this.#arriving.have };
  }
}

function unavailable({ name, sha256 }: TableInfo, why: string): LogmillError {
  return new LogmillError("table_unavailable", `the table ${name} cannot be had: ${why}`, {
    fields: { table: name, sha256 },
  });
}
