import { mkdirSync, readFileSync, truncateSync } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, expect, it, vi } from "vitest";
import { DeadLetterFile } from "../../../../src/ventilator/dead-letter/dead-letter-file.ts";
import type { DeadLetter } from "../../../../src/ventilator/dead-letter/record.ts";
import { keepingLogger } from "../../../support/silent-logger.ts";
import { tempFolder } from "../../../support/temp-folder.ts";

afterEach(() => {
  vi.restoreAllMocks();
});

const letterAt = (offset: number): DeadLetter => ({
  ...{
    time: "2026-01-01T00:00:00.000Z",
    source: "web",
    content: "a".repeat(32),
    offset,
    length: 5,
  },
  ...{ path: "/logs/a.log", reason: "worker_lost", detail: "", failures: 2, plan: "b".repeat(32) },
  bytes: Buffer.from("line\n"),
});

async function add(folder: string, ...offsets: readonly number[]): Promise<boolean[]> {
  const letters = new DeadLetterFile(folder, keepingLogger());
  const added: boolean[] = [];
  try {
    for (const offset of offsets) added.push(await letters.add(letterAt(offset)));
  } finally {
    await letters.close();
  }
  return added;
}

function offsetsIn(folder: string): number[] {
  const lines = readFileSync(join(folder, "letters.jsonl"), "utf8").trimEnd().split("\n");
  return lines.map((line) => (JSON.parse(line) as DeadLetter).offset);
}

it("relies on no letter of a process before that may never have been synced", async () => {
  const folder = join(tempFolder(), "dead-letter");
  mkdirSync(folder);
  const handle = await open(folder);
  const methods = Object.getPrototypeOf(handle) as typeof handle;
  await handle.close();
  expect(await add(folder, 0)).toEqual([true]);
  const sync = vi.spyOn(methods, "sync").mockRejectedValue(new Error("EIO"));
  await expect(add(folder, 0)).rejects.toThrow("could not be written as a dead letter");
  sync.mockRestore();
  const write = vi.spyOn(methods, "write");
  expect(await add(folder, 0, 0, 5)).toEqual([false, false, true]);
  // The last one that was found, again, and the new one.
  expect(write).toHaveBeenCalledTimes(2);
  expect(offsetsIn(folder)).toEqual([0, 5]);
});

it("takes a letter that lacks its line feed for none", async () => {
  const folder = join(tempFolder(), "dead-letter");
  await add(folder, 0, 5);
  const path = join(folder, "letters.jsonl");
  truncateSync(path, readFileSync(path).length - 1);
  expect(await add(folder, 5, 10)).toEqual([true, true]);
  expect(offsetsIn(folder)).toEqual([0, 5, 10]);
});
