// What `logmill sketch` does: reads sketches as people have them, and writes what becomes of them.

import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { buffer } from "node:stream/consumers";
import { LogmillError } from "../../shared/base/errors.ts";
import { HyperLogLog, type HllEncoding } from "../../shared/sketch/hyperloglog.ts";
import { renderSketch, sketchJson } from "../screens/sketch-report.ts";

interface Reading {
  readonly from: HllEncoding | undefined;
}

interface Writing extends Reading {
  readonly to: HllEncoding | undefined;
  readonly base64: boolean | undefined;
}

interface ReadSketch {
  readonly encoding: HllEncoding;
  readonly sketch: HyperLogLog;
}

export async function inspectSketches(
  inputs: readonly string[],
  options: Reading & { readonly json: boolean },
): Promise<string> {
  const read = await readSketches(inputs, options.from);
  const texts = read.map(({ encoding, sketch }) =>
    options.json
      ? `${JSON.stringify(sketchJson(encoding, sketch))}\n`
      : renderSketch(encoding, sketch),
  );
  return texts.join(options.json ? "" : "\n");
}

export async function foldSketches(
  inputs: readonly string[],
  log2m: number,
  options: Writing,
): Promise<string> {
  const read = await readSketches(inputs, options.from);
  return read.map(({ encoding, sketch }) => line(sketch.fold(log2m), encoding, options)).join("");
}

export async function convertSketches(
  inputs: readonly string[],
  options: Writing,
): Promise<string> {
  const read = await readSketches(inputs, options.from);
  return read.map(({ encoding, sketch }) => line(sketch, encoding, options)).join("");
}

/** `notice` says to which precision unlike ones were brought, if they were. */
export async function uniteSketches(
  inputs: readonly string[],
  options: Writing,
): Promise<{ readonly text: string; readonly notice: string | null }> {
  const read = await readSketches(inputs, options.from);
  const union = read.map(({ sketch }) => sketch).reduce((one, other) => one.union(other));
  const { log2m, regwidth } = union.shape;
  const isFolded = read.some(
    ({ sketch: { shape } }) => shape.log2m !== log2m || shape.regwidth !== regwidth,
  );
  return {
    text: line(union, read[0]!.encoding, options),
    notice: isFolded
      ? `the sketches differ in precision: all were folded to log2m ${log2m} and regwidth ${regwidth}`
      : null,
  };
}

function line(sketch: HyperLogLog, read: HllEncoding, { to, base64 }: Writing): string {
  const bytes = Buffer.from(sketch.encode(to ?? read));
  return `${base64 === true ? bytes.toString("base64") : `\\x${bytes.toString("hex")}`}\n`;
}

/** At least one. */
async function readSketches(
  inputs: readonly string[],
  from: HllEncoding | undefined,
): Promise<readonly ReadSketch[]> {
  const read: ReadSketch[] = [];
  for (const input of inputs) {
    for (const bytes of await bytesOf(input)) {
      const encoding = from ?? (isRedis(bytes) ? "redis" : "postgres");
      read.push({ encoding, sketch: HyperLogLog.decode(bytes, encoding) });
    }
  }
  if (read.length === 0) throw new LogmillError("bad_sketch", "there is no sketch in the input");
  return read;
}

function isRedis(bytes: Uint8Array): boolean {
  return Buffer.from(bytes.subarray(0, 4)).toString("latin1") === "HYLL";
}

/** A file or standard input holds one sketch as it is, or one as text on each line. */
async function bytesOf(input: string): Promise<readonly Uint8Array[]> {
  if (input !== "-" && !existsSync(input)) return [bytesOfText(input)];
  const content = input === "-" ? await buffer(process.stdin) : await fileContent(input);
  const isText = content.every((byte) => byte === 10 || byte === 13 || (byte >= 32 && byte < 127));
  if (!isText) return [content];
  return content
    .toString("latin1")
    .split(/\r?\n/)
    .filter((text) => text.trim() !== "")
    .map(bytesOfText);
}

async function fileContent(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    const { message } = error as Error;
    throw new LogmillError("source_unreadable", `cannot read ${path}: ${message}`, {
      cause: error,
    });
  }
}

function bytesOfText(text: string): Uint8Array {
  const trimmed = text.trim();
  const digits = trimmed.replace(/^\\x/i, "");
  if (/^([0-9a-f]{2})+$/i.test(digits)) return Buffer.from(digits, "hex");
  const isBase64 = /^[A-Za-z0-9+/]+={0,2}$/.test(trimmed) && trimmed.length % 4 === 0;
  if (isBase64) return Buffer.from(trimmed, "base64");
  const shown = trimmed.length > 40 ? `${trimmed.slice(0, 40)}…` : trimmed;
  throw new LogmillError(
    "bad_sketch",
    `"${shown}" is neither a file nor a sketch in hex digits or base64`,
  );
}
