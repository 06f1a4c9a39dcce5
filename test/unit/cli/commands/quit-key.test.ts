import { PassThrough } from "node:stream";
import { expect, it } from "vitest";
import { listenForQuit, type KeyInput } from "../../../../src/cli/commands/quit-key.ts";

function keyboard() {
  const modes: boolean[] = [];
  const stream = new PassThrough();
  const setRawMode = (isRaw: boolean): void => void modes.push(isRaw);
  const input = Object.assign(stream, { isTTY: true, setRawMode }) as unknown as KeyInput;
  return { modes, stream, input };
}

it.each([
  ["q", true],
  ["Q", true],
  ["\u0003", true],
  ["x", false],
  ["\u001b[A", false],
])("the key %j ends a command: %s", async (key, isEnd) => {
  const { stream, input } = keyboard();
  let quits = 0;
  const keys = listenForQuit(input, () => (quits += 1));
  const read = new Promise((resolve) => stream.once("data", resolve));
  stream.write(key);
  await read;
  expect(quits).toBe(isEnd ? 1 : 0);
  keys.dispose();
});

it("the terminal is given back as it was", () => {
  const { modes, stream, input } = keyboard();
  listenForQuit(input, () => undefined).dispose();
  expect(modes).toEqual([true, false]);
  expect(stream.listenerCount("data")).toBe(0);
});

it("input that is no terminal is left alone", () => {
  const stream = new PassThrough();
  listenForQuit(stream as unknown as KeyInput, () => undefined);
  expect(stream.listenerCount("data")).toBe(0);
});
