// The key `q`, pressed while a command draws on a terminal.

import type { ReadStream } from "node:tty";

/** The part of standard input that keys come from. */
export type KeyInput = Pick<ReadStream, "on" | "off" | "pause" | "resume"> & {
  readonly isTTY?: boolean;
  readonly setRawMode?: (isRaw: boolean) => unknown;
};

/** What a terminal sends for Ctrl-C when it gives every key away at once. */
const controlC = "\u0003";

/**
 * Calls when `q` or Ctrl-C is pressed; does nothing where the input is no terminal.
 * @returns gives the terminal back as it was.
 */
export function listenForQuit(input: KeyInput, onQuit: () => void): { dispose(): void } {
  if (input.isTTY !== true || input.setRawMode === undefined) return { dispose: () => undefined };
  const onKeys = (keys: Buffer): void => {
    const text = keys.toString("latin1");
    if (/q/i.test(text) || text.includes(controlC)) onQuit();
  };
  input.setRawMode(true);
  input.on("data", onKeys);
  input.resume();
  return {
    dispose() {
      input.off("data", onKeys);
      input.setRawMode?.(false);
      input.pause();
    },
  };
}
