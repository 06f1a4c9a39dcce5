// Options that several commands have in common, with the same words.

import type { Argv } from "yargs";

export const configOption = {
  alias: "c",
  type: "string",
  requiresArg: true,
  default: "logmill.yaml",
  describe: "Configuration file",
} as const;

export const workersOption = {
  alias: "w",
  type: "number",
  requiresArg: true,
  describe: "Worker processes; by default as many as there are cores",
  coerce: (count: number): number => wholeNumber("workers", count),
} as const;

/** @param otherwise what is used when the option is not given. */
export function httpOption(otherwise: string) {
  return {
    type: "string",
    requiresArg: true,
    describe: `HOST:PORT of /metrics, /health and /ready; by default ${otherwise}`,
  } as const;
}

export const keysOption = {
  type: "string",
  requiresArg: true,
  describe: "Folder of this role's keys for tcp, made by logmill keygen",
} as const;

export const insecureOption = {
  type: "boolean",
  describe: "Use tcp beyond this host without keys; anybody there can speak on it",
} as const;

export const rolesPositional = {
  type: "string",
  array: true,
  describe: "HTTP addresses; by default those of a ventilator and a sink on this host",
} as const;

export const tokenFileOption = {
  type: "string",
  requiresArg: true,
  describe: "File with the token, where roles want one; LOGMILL_HTTP_TOKEN comes first",
} as const;

/** Most processes of one kind that somebody can mean. */
const countMax = 1024;

/** Refuses what is not a whole number from 1 to 1024. */
export function wholeNumber(option: string, count: number): number {
  if (Number.isInteger(count) && count >= 1 && count <= countMax) return count;
  throw new Error(`--${option}: expected a whole number from 1 to ${countMax}`);
}

export const storeOption = {
  type: "string",
  requiresArg: true,
  describe: "Folder of a store, instead of a configuration",
} as const;

/** What a command is given that changes one summary of a store. */
export interface SummaryArguments {
  readonly summary: string;
  readonly config: string;
  readonly store: string | undefined;
  readonly json: boolean | undefined;
}

export function summaryOptions(command: Argv): Argv<SummaryArguments> {
  return command
    .positional("summary", { type: "string", demandOption: true, describe: "Its name" })
    .option("config", configOption)
    .option("store", storeOption)
    .option("json", { type: "boolean", describe: "Print one JSON document" });
}
