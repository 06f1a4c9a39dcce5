// What tests with real sockets share: addresses of their own, waiting for a condition instead of for
// a time, and closing everything at the end, also after a failure.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect } from "vitest";
import type { Socket } from "zeromq";

type Cleanup = () => Promise<void> | void;

let cleanups: Cleanup[] = [];

/** Runs at the end of the test, last registered first. */
export function atEnd(cleanup: Cleanup): void {
  cleanups.push(cleanup);
}

/** Closes a thing at the end of the test, and returns it. */
export function closing<T extends { close(): Promise<void> }>(thing: T): T {
  atEnd(() => thing.close());
  return thing;
}

/**
 * Closes a socket that is not one of ours; settles when its addresses are free. Nobody may unbind a
 * socket that is received on: zeromq.js does that in another thread, and libzmq aborts the process.
 */
export async function closeAndWait(socket: Socket): Promise<void> {
  const ended = new Promise((resolve) => socket.events.on("end", resolve));
  socket.close();
  await ended;
}

afterEach(async () => {
  const all = cleanups.reverse();
  cleanups = [];
  for (const cleanup of all) await cleanup();
});

/** A folder that is gone at the end of the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "logmill-test-"));
  atEnd(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** An `ipc://` address that nobody else has. */
export function ipcEndpoint(name: string): string {
  return `ipc://${join(temporaryFolder(), `${name}.sock`)}`;
}

const deadlineAfterMs = 30_000;

/** Resolves when the condition holds; fails with its name when that takes too long. */
export async function until(
  what: string,
  condition: () => boolean | Promise<boolean>,
): Promise<void> {
  const deadlineMs = performance.now() + deadlineAfterMs;
  while (!(await condition())) {
    if (performance.now() > deadlineMs) expect.fail(`waited in vain until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

/** The next value of an iterator that has one. */
export async function next<T>(iterator: AsyncIterator<T, undefined>): Promise<T> {
  const result = await iterator.next();
  if (result.done === true) return expect.fail("the socket closed instead of receiving");
  return result.value;
}
