// The tables that the plan looks values up in, made of their files when the ventilator starts, and kept for as long as
// it lives: a file that changes meanwhile changes nothing before the next start, which sees another definition.

import { LogmillError } from "../shared/base/errors.ts";
import { TableFault } from "../shared/lookup/table-fault.ts";
import { makeTables, type MadeTable, type TableSource } from "../shared/lookup/table-source.ts";

/** @throws LogmillError `config_invalid` where a file is not what it was when the configuration was read. */
export function loadTables(sources: readonly TableSource[]): MadeTable[] {
  try {
    return makeTables(sources);
  } catch (error) {
    if (!(error instanceof TableFault)) throw error;
    const { message, fix } = error;
    throw new LogmillError("config_invalid", fix === "" ? message : `${message}; ${fix}`);
  }
}

/** The same by name, for whoever is no ventilator and computes by the plan itself. */
export function loadTablesByName(sources: readonly TableSource[]): ReadonlyMap<string, Uint8Array> {
  return new Map(loadTables(sources).map(({ info, bytes }) => [info.name, bytes]));
}
