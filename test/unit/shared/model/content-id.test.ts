import { describe, expect, it } from "vitest";
import {
  contentBytesOf,
  familyOf,
  headId,
  hintOf,
  hintWithContent,
  isSameStat,
  newHeadHash,
  tailCrc32,
} from "../../../../src/shared/model/content-id.ts";
import { crc32 } from "node:zlib";

describe("fingerprints", () => {
  it("name a content by its beginning, however it is collected", () => {
    const whole = headId(newHeadHash().update("hello world"));
    expect(headId(newHeadHash().update("hello ").update("world"))).toBe(whole);
    // SHA-256 of "hello world".
    expect(whole).toBe("b94d27b9934d3e08a52e52d7da7dabfa");
  });

  it("give a file one family from its first line on, up to 64 KiB of it", () => {
    const family = familyOf(Buffer.from("first"));
    expect(family).toMatch(/^[0-9a-f]{16}$/);
    expect(familyOf(Buffer.from("first\nsecond\n"))).toBe(family);
    expect(familyOf(Buffer.from("first!\n"))).not.toBe(family);
    const long = Buffer.alloc(70_000, "x");
    expect(familyOf(long)).toBe(familyOf(Buffer.alloc(65_536, "x")));
  });

  it("check the last 4 KiB of a range", () => {
    const bytes = Buffer.from(Array.from({ length: 9000 }, (_, index) => index & 0xff));
    expect(tailCrc32(bytes)).toBe(crc32(bytes.subarray(4904)));
    expect(tailCrc32(bytes.subarray(0, 10))).toBe(crc32(bytes.subarray(0, 10)));
  });

  it("keep the length of a finished content in the token", () => {
    const stat = { dev: 1n, ino: 2n, size: 3n, mtimeNs: 4n, birthtimeNs: 5n };
    const hint = hintOf("/a b", stat);
    expect(hint).toEqual({ path: "/a b", inode: "1:2:5", stat: "1:2:3:4" });
    expect(hintOf("/a b", { ...stat, birthtimeNs: 0n }).inode).toBe("1:2");
    const finished = hintWithContent(hint, 77);
    expect(finished.stat).toBe("1:2:3:4:77");
    expect([contentBytesOf(hint.stat), contentBytesOf(finished.stat)]).toEqual([null, 77]);
    expect(isSameStat(finished.stat, hint.stat)).toBe(true);
    expect(isSameStat("1:2:3:45", hint.stat)).toBe(false);
  });
});
