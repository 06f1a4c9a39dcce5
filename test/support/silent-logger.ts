// A logger that keeps its records, for tests that look at them and for those that do not.

import type { LogFields, Logger } from "../../src/shared/runtime/logger.ts";

export interface KeptRecord {
  readonly level: string;
  readonly message: string;
  readonly fields: LogFields;
}

export interface KeepingLogger extends Logger {
  readonly records: readonly KeptRecord[];
}

/** Prints nothing; records of children are kept with their parent's. */
export function keepingLogger(records: KeptRecord[] = []): KeepingLogger {
  const at =
    (level: string) =>
    (...record: [string] | [LogFields, string]): void => {
      if (record.length === 1) records.push({ level, message: record[0], fields: {} });
      else records.push({ level, message: record[1], fields: record[0] });
    };
  return {
    records,
    debug: at("debug"),
    info: at("info"),
    warn: at("warn"),
    error: at("error"),
    fatal: at("fatal"),
    child: () => keepingLogger(records),
  };
}
