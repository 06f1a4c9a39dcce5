// zeromq.js binds and unbinds in a thread of its pool, while the main thread reads the events of the
// same socket as soon as anybody receives on it. Two threads in one mailbox end in an abort of the
// process, once in a few hundred times. So a socket is bound once, when it is new, and never unbound:
// it is closed, and its addresses are free when its monitor has ended.

import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** Files in which a new socket is bound, before anybody receives on it. */
const binders = [
  "src/shared/net/curve/zap.ts",
  "src/shared/net/socket-options.ts",
  "test/integration/curve.test.ts",
];

const files = ["src", "test", "scripts"].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((path) => /\.(ts|mjs)$/.test(path))
    .map((path) => join(folder, path))
    .filter((name) => name !== "test/tidy/sockets.test.ts")
    .map((name) => ({ name, text: readFileSync(join(root, name), "utf8") })),
);
const filesWith = (pattern: RegExp): string[] =>
  files
    .filter(({ text }) => pattern.test(text))
    .map(({ name }) => name)
    .sort();

it("no socket is ever unbound", () => {
  expect(filesWith(/\bunbind(Sync)?\b\s*[(`"']/)).toEqual([]);
});

it("a socket is bound only where it is made", () => {
  expect(filesWith(/\bawait [a-z]\w*\.bind\(|\.bindSync\(/)).toEqual(binders);
});
