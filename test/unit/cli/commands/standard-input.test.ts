// Standard input is kept in a bounded file while it is read, and what goes wrong with it is said.

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { expect, it } from "vitest";
import { keepStandardInput } from "../../../../src/cli/commands/standard-input.ts";
import { tempFolder } from "../../../support/temp-folder.ts";

const never = new AbortController().signal;

function keep(pieces: readonly string[], bytesMax = 1000): Promise<[string, boolean]> {
  const path = join(tempFolder(), "input");
  const input = Readable.from(pieces.map((piece) => Buffer.from(piece)));
  return keepStandardInput(input, path, { bytesMax, signal: never }).then(({ isEnded }) => [
    readFileSync(path, "utf8"),
    isEnded,
  ]);
}

it("keeps what comes, and says whether its last line has ended", async () => {
  expect(await keep(["a\n", "b", "c\n"])).toEqual(["a\nbc\n", true]);
  expect(await keep(["a\nb"])).toEqual(["a\nb", false]);
  expect(await keep([])).toEqual(["", true]);
});

it("takes no more than it may", async () => {
  expect((await keep(["a".repeat(1000)]))[0]).toHaveLength(1000);
  await expect(keep(["a".repeat(600), "a".repeat(401)])).rejects.toThrow(
    /standard input is longer than 1000 B; write it to a file/,
  );
});

it("says where it broke off", async () => {
  const path = join(tempFolder(), "input");
  const input = new Readable({ read: () => undefined });
  input.push(Buffer.from("a\n"));
  setImmediate(() => input.destroy(new Error("read EIO")));
  const kept = keepStandardInput(input, path, { bytesMax: 1000, signal: never });
  await expect(kept).rejects.toThrow(/broke off after \d B \(read EIO\); nothing of it counts/);
});

it("can be told to end while nothing comes", async () => {
  const path = join(tempFolder(), "input");
  const abort = new AbortController();
  const input = new Readable({ read: () => undefined });
  const kept = keepStandardInput(input, path, { bytesMax: 1000, signal: abort.signal });
  abort.abort("SIGINT");
  await expect(kept).rejects.toThrow();
});

it("is not waited for on a terminal", async () => {
  const path = join(tempFolder(), "input");
  const terminal = Object.assign(Readable.from([]), { isTTY: true });
  const kept = keepStandardInput(terminal, path, { bytesMax: 1000, signal: never });
  await expect(kept).rejects.toThrow(/is a terminal; pipe a log into it/);
  expect(existsSync(path)).toBe(false);
});
