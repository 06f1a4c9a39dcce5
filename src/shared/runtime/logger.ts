// The log: pino, to stderr, because stdout belongs to results. JSON lines for machines; on a
// terminal, one readable line each. Written synchronously, so that the last words of a dying
// process are not lost: roles log a few lines per minute, never per batch.
//
// pino is loaded when the first record is written. A role that has nothing to say pays nothing for
// it, and the start of four processes counts in the time of every run.

import { createRequire } from "node:module";
import type * as Pino from "pino";
import type * as PinoPretty from "pino-pretty";
import { visibleText } from "../text/terminal-table.ts";

const levels = ["trace", "debug", "info", "warn", "error", "fatal", "silent"] as const;

type LogLevel = (typeof levels)[number];
export type LogFields = Readonly<Record<string, unknown>>;

/** Writes one record: `log.info("text")` or `log.info({ fields }, "text")`; an error goes in `err`. */
type Write = (...record: [message: string] | [fields: LogFields, message: string]) => void;

export interface Logger {
  readonly debug: Write;
  readonly info: Write;
  readonly warn: Write;
  readonly error: Write;
  readonly fatal: Write;
  /** A logger whose records all carry these fields. */
  child(fields: LogFields): Logger;
}

export interface LoggerOptions {
  /** Name of the role or command; the field `role` of every record. */
  readonly role: string;
  /** Used when LOGMILL_LOG_LEVEL is not set; `info` when absent. */
  readonly level?: LogLevel;
  /** `process.env`, or a test's. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Where records go; file descriptor 2 when absent. */
  readonly write?: (record: string) => void;
}

/**
 * Makes a logger. LOGMILL_LOG_LEVEL sets the level; LOGMILL_LOG_FORMAT `pretty` or `json` overrides
 * what the terminal suggests; NO_COLOR is respected. Unknown values are taken as unset.
 */
export function createLogger(options: LoggerOptions): Logger {
  const environment = options.environment ?? process.env;
  const asked = levels.find((level) => level === environment["LOGMILL_LOG_LEVEL"]);
  const level = asked ?? options.level ?? "info";
  let pino: Pino.Logger | undefined;
  return facade(level, () => (pino ??= loadPino(level, options, environment)));
}

function facade(level: LogLevel, pino: () => Pino.Logger): Logger {
  const least = levels.indexOf(level);
  const writer = (at: Exclude<LogLevel, "silent" | "trace">): Write => {
    if (levels.indexOf(at) < least) return () => undefined;
    return (...record) => {
      if (record.length === 1) pino()[at](record[0]);
      else pino()[at](record[0], record[1]);
    };
  };
  return {
    debug: writer("debug"),
    info: writer("info"),
    warn: writer("warn"),
    error: writer("error"),
    fatal: writer("fatal"),
    child(fields) {
      let child: Pino.Logger | undefined;
      return facade(level, () => (child ??= pino().child(fields)));
    },
  };
}

function loadPino(
  level: LogLevel,
  options: LoggerOptions,
  environment: Readonly<Record<string, string | undefined>>,
): Pino.Logger {
  const require = createRequire(import.meta.url);
  const { pino, stdTimeFunctions } = require("pino") as typeof Pino;
  const settings = {
    level,
    base: { role: options.role, pid: process.pid },
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
  };
  const destination = options.write
    ? { write: options.write }
    : pino.destination({ dest: 2, sync: true });
  if (!isPretty(environment)) return pino(settings, destination);
  const { prettyFactory } = require("pino-pretty") as typeof PinoPretty;
  const pretty = prettyFactory({
    colorize: process.stderr.isTTY && !environment["NO_COLOR"],
    translateTime: "SYS:HH:MM:ss",
    ignore: "pid,role",
    messageFormat: "{role}: {msg}",
    singleLine: true,
  });
  const write = (record: string): void => {
    destination.write(pretty(visibleRecord(record)));
  };
  return pino(settings, { write });
}

/** A record whose message holds nothing that a terminal takes for a command; fields print as JSON. */
function visibleRecord(record: string): string {
  const fields = JSON.parse(record) as Record<string, unknown>;
  const { msg } = fields;
  return typeof msg === "string" ? JSON.stringify({ ...fields, msg: visibleText(msg) }) : record;
}

function isPretty(environment: Readonly<Record<string, string | undefined>>): boolean {
  const format = environment["LOGMILL_LOG_FORMAT"];
  if (format === "pretty" || format === "json") return format === "pretty";
  return process.stderr.isTTY;
}
