// The year of times that have none, told from when a file was last written: its last line is not later. It is written
// into the configuration, so that whenever it is read again it is the same.

import { open } from "node:fs/promises";
import { openContent } from "../../ventilator/source/file/content.ts";
import { shortTimeOf } from "./guess-syslog.ts";

const tailBytes = 65_536;
const months = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");
const dayMs = 86_400_000;

/** Null where it cannot be told: the file goes over the end of a year, or its end is not at hand. */
export async function yearOfFile(file: string, lines: readonly string[]): Promise<number | null> {
  const [first] = lines.flatMap((line) => dayOf(line) ?? []);
  if (first === undefined) return null;
  const last = (await lastLines(file)).flatMap((line) => dayOf(line) ?? []).at(-1);
  if (last === undefined || last < first) return null;
  const handle = await open(file);
  try {
    const { mtimeMs } = await handle.stat();
    // The clock of the log may be of another zone.
    const written = new Date(mtimeMs + dayMs);
    const day = (written.getUTCMonth() + 1) * 100 + written.getUTCDate();
    return written.getUTCFullYear() - (last > day ? 1 : 0);
  } finally {
    await handle.close();
  }
}

/** Month and day of a line's time as one number. */
function dayOf(line: string): number | null {
  const time = shortTimeOf(line);
  if (time === null) return null;
  return (months.indexOf(time.slice(0, 3)) + 1) * 100 + Number(time.slice(4, 6));
}

/** None of compressed files, whose end is far. */
async function lastLines(file: string): Promise<readonly string[]> {
  const content = await openContent(file);
  try {
    if (content.reader.isCompressed) return [];
  } finally {
    await content.close();
  }
  const handle = await open(file);
  try {
    const { size } = await handle.stat();
    const tail = Buffer.alloc(Math.min(size, tailBytes));
    await handle.read(tail, 0, tail.length, size - tail.length);
    return tail.toString("latin1").split("\n");
  } finally {
    await handle.close();
  }
}
