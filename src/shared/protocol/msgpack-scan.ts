// Looks at MessagePack before anything is made of it. A decoder that builds what the bytes ask for can
// be asked for a lot: a thousand levels, a million empty maps, an error object, a regular expression,
// code for a record. The messages of the protocol need none of that. So one pass over the bytes, which
// allocates nothing and calls nothing recursively, lets through what they do need:
//
//   nil, booleans, whole numbers from 0, UTF-8 text, binary, arrays, and maps with keys of text
//
// in a few levels, each count with the bytes that it needs behind it, and nothing after the value.

import { isUtf8 } from "node:buffer";
import { limits } from "../base/limits.ts";
import { badMessage } from "./bad-message.ts";

/** Levels of arrays and maps; the deepest message, a part of a ledger, has six. */
const depthMax = 8;
/** Far more than a message has, and few enough for an object to be made of them quickly. */
const mapEntriesMax = 65_536;
/**
 * An array or a map takes far more memory than its one byte, so there may be one for so many bytes. A short
 * message may have more: in a store that is new, the sheets of all its summaries are empty.
 */
const bytesPerContainer = 16;
const containersMin = 16 * limits.summariesMax;

const reservedKey = "__proto__";
/** What `#value` returns for a value that no others follow. */
const scalar = -1;

/** @throws LogmillError `bad_message` unless the bytes are one plain value. */
export function assertPlain(bytes: Uint8Array): void {
  new Scan(bytes).run();
}

class Scan {
  readonly #bytes: Buffer;
  #at = 0;
  #containersLeft: number;
  /** Of the array or map that has just begun. */
  #isMap = false;

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    this.#containersLeft = Math.max(containersMin, Math.floor(bytes.length / bytesPerContainer));
  }

  run(): void {
    // By level: values still to come, and whether they are keys and values in turn.
    const remaining = [1];
    const isMap = [false];
    let depth = 0;
    while (depth >= 0) {
      const left = remaining[depth]!;
      if (left === 0) {
        depth -= 1;
        continue;
      }
      remaining[depth] = left - 1;
      const items = this.#value(isMap[depth]! && left % 2 === 0);
      if (items === scalar) continue;
      depth += 1;
      if (depth > depthMax) throw badMessage("it is nested too deeply");
      remaining[depth] = items;
      isMap[depth] = this.#isMap;
    }
    if (this.#at !== this.#bytes.length) throw badMessage("it goes on after its end");
  }

  /** Steps over a value, or over the beginning of an array or map, and returns how many follow in it. */
  #value(isKey: boolean): number {
    const token = this.#size(1);
    if (token >= 0xa0 && token <= 0xbf) return this.#text(token - 0xa0, isKey);
    if (token >= 0xd9 && token <= 0xdb) return this.#text(this.#size(1 << (token - 0xd9)), isKey);
    if (isKey) throw badMessage("a key is no text");
    if (token <= 0x7f) return scalar;
    if (token <= 0x8f) return this.#map(token - 0x80);
    if (token <= 0x9f) return this.#array(token - 0x90);
    switch (token) {
      case 0xc0: // nil
      case 0xc2: // false
      case 0xc3: // true
        return scalar;
      case 0xc4: // bin 8, 16 and 32
      case 0xc5:
      case 0xc6:
        return this.#skip(this.#size(1 << (token - 0xc4)));
      case 0xcb: // float 64
        return this.#wholeDouble();
      case 0xcc: // uint 8, 16, 32 and 64
      case 0xcd:
      case 0xce:
      case 0xcf:
        return this.#skip(1 << (token - 0xcc));
      case 0xd3: // int 64: how msgpackr writes a bigint below 2^63
        return this.#skip(8);
      case 0xdc:
        return this.#array(this.#size(2));
      case 0xdd:
        return this.#array(this.#size(4));
      case 0xde:
        return this.#map(this.#size(2));
      case 0xdf:
        return this.#map(this.#size(4));
      default:
        throw badMessage(`it has a value of a type that is not used (0x${token.toString(16)})`);
    }
  }

  #text(length: number, isKey: boolean): number {
    const start = this.#at;
    this.#skip(length);
    const bytes = this.#bytes;
    for (let at = start; at < this.#at; at += 1) {
      if (bytes[at]! < 0x80) continue;
      if (isUtf8(bytes.subarray(start, this.#at))) break;
      throw badMessage("a text is not UTF-8");
    }
    const mayBeReserved = isKey && length === reservedKey.length;
    if (mayBeReserved && bytes.toString("latin1", start, this.#at) === reservedKey) {
      throw badMessage(`it has a key ${reservedKey}`);
    }
    return scalar;
  }

  /** Whole numbers beyond 32 bits are written as float 64, which is exact for all of ours. */
  #wholeDouble(): number {
    const start = this.#at;
    this.#skip(8);
    const value = this.#bytes.readDoubleBE(start);
    if (Number.isSafeInteger(value) && !Object.is(value, -0)) return scalar;
    throw badMessage("a number is no whole number below 2^53");
  }

  #array(items: number): number {
    this.#isMap = false;
    return this.#container(items);
  }

  #map(entries: number): number {
    if (entries > mapEntriesMax) throw badMessage(`a map of ${entries} entries`);
    this.#isMap = true;
    return this.#container(2 * entries);
  }

  /** Each of the values takes a byte at least. */
  #container(items: number): number {
    this.#containersLeft -= 1;
    if (this.#containersLeft < 0) throw badMessage("it has too many arrays and maps");
    if (items > this.#bytes.length - this.#at) {
      throw badMessage(`${items} values are promised where fewer bytes are left`);
    }
    return items;
  }

  /** An unsigned number of 1, 2 or 4 bytes. */
  #size(width: number): number {
    const start = this.#at;
    this.#skip(width);
    return this.#bytes.readUIntBE(start, width);
  }

  #skip(length: number): typeof scalar {
    if (length > this.#bytes.length - this.#at) throw badMessage("it was cut");
    this.#at += length;
    return scalar;
  }
}
