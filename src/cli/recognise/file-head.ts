// The first lines of a file, as the pipeline would read them: decompressed, without a byte order mark.

import { openContent } from "../../ventilator/source/file/content.ts";
import { markBytes } from "../../ventilator/source/file/recognise.ts";

/** Bytes of a file's content that its first lines are looked for in. */
const headBytes = 65_536;
const linesMax = 100;

/**
 * The first lines of a file that are not blank, one character a byte. None where it cannot be read: the
 * pipeline says so in its own words.
 */
export async function firstLines(file: string): Promise<readonly string[]> {
  try {
    return linesIn(await headOf(file));
  } catch {
    return [];
  }
}

interface Head {
  readonly bytes: Buffer;
  /** Whether that is all of the file. */
  readonly isWhole: boolean;
}

async function headOf(file: string): Promise<Head> {
  const head = Buffer.alloc(headBytes);
  const content = await openContent(file);
  try {
    let filled = 0;
    for (let read = -1; read !== 0 && filled < headBytes; filled += read) {
      read = await content.reader.read(head.subarray(filled));
    }
    const bytes = head.subarray(markBytes(head), filled);
    return { bytes, isWhole: filled < headBytes };
  } finally {
    await content.close();
  }
}

function linesIn({ bytes, isWhole }: Head): readonly string[] {
  const lines = bytes.toString("latin1").split("\n");
  // The last one is cut, unless it is all there is.
  if (lines.length > 1 && !isWhole) lines.pop();
  const texts = lines.map((line) => line.replace(/^\0+|\r$/g, ""));
  return texts.filter((line) => line.trim() !== "").slice(0, linesMax);
}
