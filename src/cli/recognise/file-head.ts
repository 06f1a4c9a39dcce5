// The first lines of a file, as the pipeline would read them: decompressed, without a byte order mark.

import { LogmillError } from "../../shared/base/errors.ts";
import { openContent } from "../../ventilator/source/file/content.ts";
import { markBytes } from "../../ventilator/source/file/recognise.ts";

/** Bytes of a file's content that its first lines are looked for in, and more of them for many lines. */
const headBytesMin = 65_536;
const bytesPerLine = 1024;
const linesMaxDefault = 100;

export interface HeadLine {
  /** One character a byte, without its line end. */
  readonly text: string;
  /** Where it begins in the content, bytes. */
  readonly offset: number;
}

/**
 * The first lines of a file that are not blank. None where it cannot be read: the pipeline says so in its own
 * words.
 */
export async function firstLines(
  file: string,
  linesMax = linesMaxDefault,
): Promise<readonly HeadLine[]> {
  try {
    const head = await headOf(file, Math.max(headBytesMin, linesMax * bytesPerLine));
    return linesIn(head).slice(0, linesMax);
  } catch {
    return [];
  }
}

/**
 * Where not one file can be opened, there is nothing to report on: a report would name a format that nobody has seen.
 * Where one can, the pipeline names the others.
 * @throws LogmillError `source_unreadable`, with what is wrong with each of them
 */
export async function expectReadable(files: readonly string[]): Promise<void> {
  const faults: string[] = [];
  for (const file of files) {
    try {
      await (await openContent(file)).close();
      return;
    } catch (error) {
      if (!(error instanceof LogmillError)) throw error;
      faults.push(error.message);
    }
  }
  throw new LogmillError("source_unreadable", faults.join("\n  "));
}

interface Head {
  readonly bytes: Buffer;
  /** Where they begin in the content: behind a byte order mark. */
  readonly offset: number;
  /** Whether that is all of the file. */
  readonly isWhole: boolean;
}

async function headOf(file: string, headBytes: number): Promise<Head> {
  const head = Buffer.alloc(headBytes);
  const content = await openContent(file);
  try {
    let filled = 0;
    for (let read = -1; read !== 0 && filled < headBytes; filled += read) {
      read = await content.reader.read(head.subarray(filled));
    }
    const offset = markBytes(head);
    return { bytes: head.subarray(offset, filled), offset, isWhole: filled < headBytes };
  } finally {
    await content.close();
  }
}

function linesIn({ bytes, offset, isWhole }: Head): readonly HeadLine[] {
  const lines: HeadLine[] = [];
  let at = offset;
  for (const line of bytes.toString("latin1").split("\n")) {
    const holeBytes = /^\0*/.exec(line)![0].length;
    lines.push({ text: line.slice(holeBytes).replace(/\r$/, ""), offset: at + holeBytes });
    at += line.length + 1;
  }
  // The last one is cut, unless it is all there is.
  if (lines.length > 1 && !isWhole) lines.pop();
  return lines.filter(({ text }) => text.trim() !== "");
}
