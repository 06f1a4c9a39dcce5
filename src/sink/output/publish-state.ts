// What an output wrote last, so that files of untouched buckets are left alone. It is a cache: a
// state that is missing or damaged only means that files are written again.

import { dirname, join } from "node:path";
import { replaceFile } from "./replace-file.ts";
import type { FileSystem } from "../disk/file-system.ts";

export interface PublishedFile {
  /** Stands for everything that decided the file's bytes; equal contents mean equal bytes. */
  readonly content: string;
  readonly bytes: number;
}

/** States of version 1 went by counts of batches, which may be equal for different tables. */
const formatVersion = 2;
const pieceLength = 256 * 1024;

/** Reads the state at a path: what was written, by absolute path; nothing if it can not be read. */
export async function readPublishState(
  files: FileSystem,
  path: string,
): Promise<Map<string, PublishedFile>> {
  let bytes: Uint8Array;
  try {
    const file = await files.open(path, "read");
    try {
      bytes = new Uint8Array(await file.size());
      await file.read(bytes, 0);
    } finally {
      await file.close();
    }
  } catch {
    return new Map();
  }
  return parseState(new TextDecoder().decode(bytes));
}

/** Replaces the state at a path. */
export async function writePublishState(
  files: FileSystem,
  path: string,
  state: ReadonlyMap<string, PublishedFile>,
): Promise<void> {
  await files.makeDirectory(dirname(path));
  await replaceFile(files, path, join(dirname(path), ".publish-state.tmp"), piecesOf(state));
  await files.syncDirectory(dirname(path));
}

/** The text of the state, in pieces that are worth a write. */
function* piecesOf(state: ReadonlyMap<string, PublishedFile>): Generator<Buffer> {
  let text = `{"version":${formatVersion},"files":[`;
  let separator = "";
  for (const [path, { content, bytes }] of state) {
    text += separator + JSON.stringify({ path, content, bytes });
    separator = ",";
    if (text.length < pieceLength) continue;
    yield Buffer.from(text);
    text = "";
  }
  yield Buffer.from(`${text}]}\n`);
}

function parseState(text: string): Map<string, PublishedFile> {
  const state = new Map<string, PublishedFile>();
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return state;
  }
  if (!isObject(value) || value["version"] !== formatVersion) return state;
  if (!Array.isArray(value["files"])) return state;
  for (const file of value["files"] as unknown[]) {
    if (!isObject(file)) continue;
    const { path, content, bytes } = file;
    if (typeof path !== "string" || typeof content !== "string" || typeof bytes !== "number") {
      continue;
    }
    state.set(path, { content, bytes });
  }
  return state;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
