// The kinds of values that options take: how each is checked, how it is described to editors (JSON
// Schema) and to people (the table in docs/configuration.md). A number may be written as text, so
// that it can come from a variable in quotes.

import { BlockList, isIP } from "node:net";
import { resolve } from "node:path";
import * as z from "zod";
import { ipcPathProblem, parseEndpoint } from "../base/endpoint.ts";
import { limits } from "../base/limits.ts";
import type { Expression } from "../model/plan.ts";
import { isTimezone } from "../model/timezone.ts";
import { nearest } from "../text/nearest-word.ts";
import { parseArithmetic, parseCondition, parseValue } from "./expression.ts";
import type { ExpressionResult, Scope } from "./expression.ts";
import {
  durationPattern,
  formatDuration,
  formatSize,
  parseDuration,
  parseSize,
  sizePattern,
} from "./units.ts";

const namePattern = /^[A-Za-z_][A-Za-z0-9_-]*$/;
/** A value with a variable in it is checked after the variable is put in; editors let it pass. */
const variablePattern = String.raw`\$\{`;
const nameMax = 64;

/** Names of sources, summaries, metrics, fields and outputs; safe in paths, columns and keys. */
export const name = z
  .string({ error: "must be a name; put it in quotes" })
  .regex(namePattern, {
    error: "must begin with a letter or _ and go on with letters, digits, _ and -",
  })
  .max(nameMax, { error: `must have at most ${nameMax} characters` })
  .refine((text) => !(text in Object.prototype), {
    error: "is a reserved word of JavaScript; choose another name",
  })
  .meta({ title: "name" });

export const text = z
  .string()
  .min(1, { error: "must not be empty" })
  .refine((value) => !value.includes("\0"), { error: "must not contain NUL" })
  .meta({ title: "text" });

const delimiter = text.refine(
  (written) => written.length <= limits.delimiterMax && !written.includes("\n"),
);

/** A path, absolute in the result. @param folder in which relative ones begin. */
export function path(folder: string) {
  return text.transform((written) => resolve(folder, written));
}

/** What is left out is null where it is used. */
export function orNull<T>(value: T | undefined): T | null {
  return value ?? null;
}

/** A `where`; whether its fields exist is checked with the sources. */
export const condition = expression(parseCondition);
/** The `expr` of a derived metric; whether its metrics exist is checked with the summary. */
export const arithmetic = expression(parseArithmetic);

/** A value of `fields`; whether its fields exist is checked with the source. */
export const value = expression(parseValue);

function expression<Result extends Expression>(
  parse: (text: string, scope: Scope) => ExpressionResult<Result>,
) {
  return z
    .string({ error: "must be text; put it in quotes" })
    .transform((written, context): Result => {
      const { expression, faults } = parse(written, { check: () => null });
      for (const { index, problem: message, fix } of faults) {
        context.addIssue({ code: "custom", message, params: { index, fix } });
      }
      return expression ?? z.NEVER;
    })
    .meta({ title: "expression" });
}

const exploded = z.union([
  name.transform((field) => ({ field })),
  z.strictObject({ field: name, delimiter }),
]);

/** The dimension that has several values, and what stands between them. */
export const explode = z
  .unknown()
  .transform((written, context): z.output<typeof exploded> => {
    const { data } = exploded.safeParse(written);
    if (data !== undefined) return data;
    return refuse(
      context,
      `must be the name of a field, or { field: tags, delimiter: "|" } with a delimiter of 1 to ${limits.delimiterMax} characters`,
    );
  })
  .meta({
    title: "name, or field and delimiter",
    anyOf: [
      { type: "string" },
      {
        type: "object",
        properties: { field: { type: "string" }, delimiter: { type: "string" } },
        required: ["field", "delimiter"],
        additionalProperties: false,
      },
    ],
  });

/** A whole number within `[min, max]`. */
export function integer(min: number, max: number) {
  return z
    .unknown()
    .transform((value, context): number => {
      const number = typeof value === "string" && /^\d+$/.test(value) ? Number(value) : value;
      if (typeof number === "number" && Number.isInteger(number) && number >= min && number <= max)
        return number;
      return refuse(context, `must be a whole number from ${min} to ${max}, not ${shown(value)}`);
    })
    .meta({
      title: `whole number, ${min}–${max}`,
      anyOf: [
        { type: "integer", minimum: min, maximum: max },
        { type: "string", pattern: String.raw`^\d+$|${variablePattern}` },
      ],
    });
}

/** Bytes within `[min, max]`, written as `64KiB` or as a whole number of bytes. */
export function size(min: number, max: number) {
  const range = `${formatSize(min)} to ${formatSize(max)}`;
  return z
    .unknown()
    .transform((value, context): number => {
      const bytes = typeof value === "number" ? value : parseSize(String(value));
      if (bytes === null || !Number.isInteger(bytes)) {
        return refuse(context, `must be a size such as 64KiB, 1MiB or 1MB, not ${shown(value)}`);
      }
      if (bytes >= min && bytes <= max) return bytes;
      return refuse(context, `must be from ${range}, not ${shown(value)}`);
    })
    .meta({
      title: `size, ${range.replace(" to ", "–")}`,
      anyOf: [
        { type: "integer", minimum: min, maximum: max },
        { type: "string", pattern: `${sizePattern}|${variablePattern}` },
      ],
    });
}

/** Milliseconds within `[min, max]`, written as `200ms`, `5s` or `1m`. */
export function duration(min: number, max: number) {
  const range = `${formatDuration(min)} to ${formatDuration(max)}`;
  return z
    .unknown()
    .transform((value, context): number => {
      if (typeof value === "number") {
        return refuse(context, `needs a unit: ${value}ms, ${value}s or ${value}m`);
      }
      const durationMs = parseDuration(String(value));
      if (durationMs === null) {
        return refuse(context, `must be a duration such as 200ms, 5s or 1m, not ${shown(value)}`);
      }
      if (durationMs >= min && durationMs <= max) return durationMs;
      return refuse(context, `must be from ${range}, not ${shown(value)}`);
    })
    .meta({
      title: `duration, ${range.replace(" to ", "–")}`,
      type: "string",
      pattern: `${durationPattern}|${variablePattern}`,
    });
}

export const boolean = z.boolean().meta({ title: "true or false" });

export const timezone = z
  .string()
  .refine(isTimezone, {
    error: ({ input }) => {
      const written = String(input);
      // An abbreviation is no slip of the pen.
      const meant =
        written.length > 3 ? nearest(written, Intl.supportedValuesOf("timeZone")) : null;
      const fix = meant === null ? "write an IANA name such as UTC or Europe/Berlin" : null;
      return `is no time zone; ${fix ?? `did you mean ${meant ?? ""}?`}`;
    },
  })
  .meta({ title: "time zone" });

/** `tcp://HOST:PORT`, `tcp://[IPV6]:PORT` or `ipc://PATH`, as the other roles reach it. */
export const endpoint = z
  .string()
  .superRefine((value, context) => {
    const problem = endpointProblem(value);
    if (problem !== null) context.addIssue({ code: "custom", message: problem });
  })
  .meta({ title: "endpoint" });

/** Addresses that stand for all of a host's own. */
const anyHost = new BlockList();
anyHost.addAddress("0.0.0.0", "ipv4");
anyHost.addAddress("::", "ipv6");

function endpointProblem(endpoint: string): string | null {
  const parsed = parseEndpoint(endpoint);
  if (parsed === null || (parsed.transport === "tcp" && parsed.port === "*")) {
    return "must be tcp://HOST:PORT, tcp://[IPV6]:PORT or ipc://PATH";
  }
  if (parsed.transport === "ipc") return ipcPathProblem(endpoint);
  const { host, port } = parsed;
  if (host === "*" || (isIP(host) !== 0 && anyHost.check(host, parsed.isIPv6 ? "ipv6" : "ipv4"))) {
    return `names no host; write the address at which the other roles reach it, not ${host}`;
  }
  return Number(port) >= 1 && Number(port) <= 65_535 ? null : "must have a port from 1 to 65535";
}

/** A value as a fault shows it, cut to a readable length. */
function shown(value: unknown): string {
  const json = JSON.stringify(value);
  return json.length > 40 ? `${json.slice(0, 40)}…` : json;
}

function refuse(context: z.RefinementCtx, message: string): never {
  context.addIssue({ code: "custom", message });
  return z.NEVER;
}
