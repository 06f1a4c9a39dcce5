// `node:readline` for files of the ventilator's disk, which are short enough to be read at once.

import type { Whole } from "../world/dead-letter-disk.ts";

export async function* createInterface({
  input,
}: {
  readonly input: Whole;
}): AsyncGenerator<string> {
  const lines = (await input.bytes()).toString().split("\n");
  if (lines.at(-1) === "") lines.pop();
  yield* lines;
}
