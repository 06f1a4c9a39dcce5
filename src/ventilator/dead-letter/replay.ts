// Dead letters that are to count after all, because logmill or its configuration was fixed: their
// lines are added to a file of their source, `replay/NAME.logmill-replay`, which every ventilator reads
// beside the files that are configured. So they are read, cut, merged and remembered like any others,
// and every line counts once, however often a replay is asked for or breaks off.
//
// `NAME.jsonl` beside it says which line lies where. It is written first: the file of lines is a
// function of it, and a replay that broke off is completed by the next one.

import { existsSync } from "node:fs";
import { mkdir, open, readFile } from "node:fs/promises";
import { join } from "node:path";
import { LogmillError } from "../../shared/base/errors.ts";
import { replaySuffix } from "../../shared/model/content-id.ts";
import { lineKey, type DeadLetter } from "./record.ts";

const newline = 0x0a;

interface Place {
  readonly key: string;
  /** Where the line begins in the file, and how long it is with its line end. */
  readonly at: number;
  readonly length: number;
}

const replayFolder = (folder: string): string => join(folder, "replay");

/** The file of the lines of a source that are sent again. @param folder of the dead letters. */
export function replayPath(folder: string, source: string): string {
  return join(replayFolder(folder), `${source}${replaySuffix}`);
}

/** Only a whole line can be sent again; of an over-long one nothing but the beginning was kept. */
export function isWhole({ bytes, length }: DeadLetter): boolean {
  return bytes.length === length;
}

/** Keys of the letters of a source that were sent again. */
export async function replayed(folder: string, source: string): Promise<ReadonlySet<string>> {
  return new Set((await placesOf(folder, source)).map(({ key }) => key));
}

/** Sends chosen letters of one source again; returns how many of them had not been. */
export async function replay(
  folder: string,
  source: string,
  letters: { readonly all: readonly DeadLetter[]; readonly chosen: readonly DeadLetter[] },
): Promise<number> {
  await mkdir(replayFolder(folder), { recursive: true, mode: 0o700 });
  const places = await placesOf(folder, source);
  const known = new Set(places.map(({ key }) => key));
  let at = places.reduce((end, place) => Math.max(end, place.at + place.length), 0);
  const added: Place[] = [];
  for (const letter of letters.chosen) {
    const key = lineKey(letter);
    if (known.has(key) || !isWhole(letter)) continue;
    known.add(key);
    added.push({ key, at, length: lineOf(letter).length });
    at += lineOf(letter).length;
  }
  await appendPlaces(folder, source, places, added);
  await completeLines(folder, source, [...places, ...added], letters.all);
  return added.length;
}

function lineOf({ bytes }: DeadLetter): Uint8Array {
  return bytes.at(-1) === newline ? bytes : Buffer.concat([bytes, Buffer.from("\n")]);
}

async function placesOf(folder: string, source: string): Promise<Place[]> {
  const path = join(replayFolder(folder), `${source}.jsonl`);
  if (!existsSync(path)) return [];
  const text = await readFile(path, "utf8");
  // What follows the last line end was never completed, and nothing was done about it.
  const lines = text.slice(0, text.lastIndexOf("\n") + 1).split("\n");
  return lines.filter((line) => line !== "").map((line) => JSON.parse(line) as Place);
}

/** Durable when it returns. */
async function appendPlaces(
  folder: string,
  source: string,
  places: readonly Place[],
  added: readonly Place[],
): Promise<void> {
  const path = join(replayFolder(folder), `${source}.jsonl`);
  const textOf = (list: readonly Place[]): Buffer =>
    Buffer.from(list.map((place) => `${JSON.stringify(place)}\n`).join(""));
  const end = textOf(places).length;
  const file = await open(path, existsSync(path) ? "r+" : "w+", 0o600);
  try {
    await file.truncate(end);
    const text = textOf(added);
    await file.write(text, 0, text.length, end);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Writes the lines that are not there yet, in one piece, so that nobody reads half a line. */
async function completeLines(
  folder: string,
  source: string,
  places: readonly Place[],
  letters: readonly DeadLetter[],
): Promise<void> {
  const byKey = new Map(letters.map((letter) => [lineKey(letter), letter]));
  const path = replayPath(folder, source);
  const file = await open(path, existsSync(path) ? "r+" : "w+", 0o600);
  try {
    const { size } = await file.stat();
    const missing = places.filter(({ at, length }) => at + length > size);
    const from = missing[0]?.at ?? size;
    const lines = missing.map(({ key }) => {
      const letter = byKey.get(key);
      if (letter !== undefined) return lineOf(letter);
      throw new LogmillError(
        "source_unreadable",
        `the dead letter ${key} is gone from ${folder}, and ${path} lacks its line; put it back`,
        { fields: { path } },
      );
    });
    const bytes = Buffer.concat(lines);
    await file.write(bytes, 0, bytes.length, from);
    await file.sync();
  } finally {
    await file.close();
  }
}
