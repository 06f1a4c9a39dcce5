// What the network may ask a decoder of MessagePack for, and does not get.

import { Packr } from "msgpackr/pack";
import { describe, expect, it } from "vitest";
import { LogmillError } from "../../../../src/shared/base/errors.ts";
import { decodeAck } from "../../../../src/shared/protocol/codec.ts";
import { pack, unpack } from "../../../../src/shared/protocol/msgpack.ts";
import { framed } from "../../../support/first-frame.ts";

const MiB = 1024 * 1024;
const bytes = (hex: string): Buffer => Buffer.from(hex.replaceAll(" ", ""), "hex");

function refusal(body: Uint8Array): string {
  try {
    unpack(body);
  } catch (error) {
    if (error instanceof LogmillError && error.code === "bad_message") return error.message;
    throw error;
  }
  return "none";
}

describe("a plain value", () => {
  it.each([
    ["small numbers", { a: 0, b: 127, c: 128, d: 65_535, e: 2 ** 32 - 1 }],
    ["large numbers", { a: 2 ** 32, b: 2 ** 52 + 1, c: 2 ** 53 - 1 }],
    ["bigints", { a: 0n, b: 2n ** 63n - 1n, c: 2n ** 63n, d: 2n ** 64n - 1n }],
    [
      "texts",
      { a: "", b: "x".repeat(31), c: "y".repeat(300), d: "größe 🦊", e: "z".repeat(70_000) },
    ],
    ["nil, booleans, lists and maps", { a: null, b: true, c: [false, [], {}], d: { e: {} } }],
    ["a long list", { a: Array.from({ length: 70_000 }, (_, index) => index % 100) }],
    ["names of a prototype", { constructor: 1, toString: 2, hasOwnProperty: 3 }],
  ])("comes back as it was: %s", (_, value) => {
    expect(unpack(pack(value))).toEqual(value);
  });

  it("has binary of its own, which keeps no message alive", () => {
    const packed = pack({ a: new Uint8Array([1, 2, 3]) });
    const { a } = unpack(packed) as { a: Uint8Array };
    expect([...a]).toEqual([1, 2, 3]);
    expect(a.buffer).not.toBe(packed.buffer);
  });
});

describe("MessagePack that is refused", () => {
  it.each([
    ["nothing", ""],
    ["the type that is never used", "c1"],
    ["an extension of one byte", "d4 01 00"],
    ["a record", "d4 72 40 91 a1 61 01"],
    ["an error object", "c7 0b 65 93 a5 4572726f72 a1 78 c0"],
    ["a regular expression", "c7 05 78 92 a1 61 a0"],
    ["a set", "c7 02 73 91 01"],
    ["a typed array", "c7 02 74 01 00"],
    ["a reference to itself", "d6 69 00000001 91 d6 70 00000001"],
    ["bundled strings", "d6 62 00000002 c1 01 a1 61"],
    ["a date", "d6 ff 00000000"],
    ["undefined", "d4 00 00"],
    ["a negative number", "ff"],
    ["a negative number of 32 bits", "d2 80000000"],
    ["a float of 32 bits", "ca 3f800000"],
    ["a fraction", "cb 3ff8000000000000"],
    ["no number", "cb 7ff8000000000000"],
    ["infinity", "cb 7ff0000000000000"],
    ["minus zero", "cb 8000000000000000"],
    ["a number beyond 2^53", "cb 4340000000000000"],
    ["a list of four thousand millions", "dd ffffffff"],
    ["a map of two thousand millions", "df 7fffffff"],
    ["a text longer than what is left", "db ffffffff 61"],
    ["binary longer than what is left", "c6 00000002 61"],
    ["a text that is cut within a character", "a1 c3"],
    ["a text with a surrogate", "a3 eda080"],
    ["a text in Latin-1", "a2 fc62"],
    ["a key that is a number", "81 01 02"],
    ["a key that is a list", "81 91 a1 61 02"],
    ["a key that sets a prototype", "81 a9 5f5f70726f746f5f5f 80"],
    ["a key without its value", "81 a1 61"],
    ["a value too many", "01 01"],
    ["what JSON begins with", Buffer.from('{"a":1}').toString("hex")],
  ])("%s", (_, hex) => {
    expect(refusal(bytes(hex))).toMatch(/^not a message of the protocol: /);
  });

  it("a hundred thousand levels, of lists, of maps and of both", () => {
    const depth = 100_000;
    const lists = Buffer.alloc(depth, 0x91);
    const maps = Buffer.concat(Array.from({ length: depth }, () => bytes("81 a1 61")));
    const both = Buffer.concat(Array.from({ length: depth }, () => bytes("91 81 a1 61")));
    for (const levels of [lists, maps, both]) {
      expect(refusal(Buffer.concat([levels, bytes("c0")]))).toMatch(/nested too deeply/);
    }
  });

  it("a value that is made of empty lists or maps, which take far more memory than bytes", () => {
    for (const empty of [0x90, 0x80]) {
      const many = Buffer.concat([bytes("dd 000f4240"), Buffer.alloc(1_000_000, empty)]);
      expect(refusal(many)).toMatch(/too many arrays and maps/);
    }
  });

  it("everything that msgpackr has beyond MessagePack", () => {
    const packr = new Packr({ structuredClone: true });
    const cycle: unknown[] = [];
    cycle.push(cycle);
    const values = [new Date(0), new Error("x"), /x/, new Set([1]), { a: undefined }, { a: 1 }];
    for (const value of [...values, new Float32Array(2), 2n ** 70n, cycle, Symbol.for("a")]) {
      let body: Uint8Array;
      try {
        body = Uint8Array.from(packr.pack(value));
      } catch {
        continue;
      }
      expect(refusal(body)).not.toBe("none");
    }
  });
});

describe("the longest frame that a sink may send", () => {
  it.each([
    ["of numbers", Buffer.alloc(16 * MiB - 100, 0x01)],
    ["of nothing", Buffer.alloc(16 * MiB - 100, 0xc0)],
    ["of texts", Buffer.alloc(16 * MiB - 100, "\xa1a", "latin1")],
  ])("is refused at the first fault, with a list %s", (_, items) => {
    const count = Buffer.alloc(4);
    count.writeUInt32BE(items[0] === 0xa1 ? items.length / 2 : items.length);
    const start = pack({ type: "ack", store: "0".repeat(32), session: 1n });
    const body = Buffer.concat([start, bytes("a7 62617463686573 dd"), count, items]);
    body[0] = 0x84;
    expect(() => decodeAck([framed(body)])).toThrow(/none of this socket \(batches: custom\)/);
  });
});
