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
  const published = [...state].map(([file, { content, bytes }]) => ({
    path: file,
    content,
    bytes,
  }));
  const text = `${JSON.stringify({ version: formatVersion, files: published })}\n`;
  await files.makeDirectory(dirname(path));
  await replaceFile(files, path, join(dirname(path), ".publish-state.tmp"), [Buffer.from(text)]);
  await files.syncDirectory(dirname(path));
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
