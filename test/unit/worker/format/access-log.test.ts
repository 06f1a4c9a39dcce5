import { describe, expect, it } from "vitest";
import { tokenise } from "../../../support/tokenise.ts";

const common = ["ip", "ident", "user", "timestamp", "method", "url", "protocol", "status", "bytes"];
const combined = [...common, "referrer", "user_agent"];
const head = "203.0.113.9 - frank [10/Oct/2000:13:55:36 -0700]";
const commonRow = (line: string): readonly string[] | undefined =>
  tokenise({ type: "common" }, common, line).rows[0];
const combinedRow = (line: string): readonly string[] | undefined =>
  tokenise({ type: "combined" }, combined, line).rows[0];
const requestParts = (request: string): readonly string[] | undefined =>
  commonRow(`${head} "${request}" 200 1`)?.slice(4, 7);

describe("a line of the common format", () => {
  it("is cut into its fields, of which - is a missing one", () => {
    expect(commonRow(`${head} "GET /a.gif HTTP/1.0" 200 2326`)).toEqual(
      [
        "203.0.113.9",
        "",
        "frank",
        "10/Oct/2000:13:55:36 -0700",
        "GET",
        "/a.gif",
        "HTTP/1.0",
      ].concat(["200", "2326"]),
    );
    expect(commonRow('- - - [-] "-" - -')).toEqual(Array(9).fill(""));
  });

  it("may go on behind its last field", () => {
    expect(commonRow(`${head} "GET / HTTP/1.1" 304 - "ref" "agent"`)?.slice(7)).toEqual([
      "304",
      "",
    ]);
    expect(commonRow(`${head} "GET / HTTP/1.1" 304 - `)?.slice(7)).toEqual(["304", ""]);
  });

  it("may have a user with spaces and brackets", () => {
    expect(commonRow('::1 - a [b] c [x] "GET /" 200 1')).toBeUndefined();
    expect(commonRow('::1 - john[1] doe [x] "GET /" 200 1')?.[2]).toBe("john[1] doe");
  });

  it("has whatever was asked for as its URL", () => {
    expect(requestParts("GET /a b HTTP/1.1")).toEqual(["GET", "/a b", "HTTP/1.1"]);
    expect(requestParts("GET /")).toEqual(["GET", "/", ""]);
    expect(requestParts("GET / HTTP")).toEqual(["GET", "/ HTTP", ""]);
    expect(requestParts("GET HTTP/1.1")).toEqual(["GET", "HTTP/1.1", ""]);
    expect(requestParts(`GET /${"x".repeat(70)} HTTP/1.1`)?.[2]).toBe("HTTP/1.1");
    expect(requestParts(`GET ${"x".repeat(70)}`)?.[2]).toBe("");
    expect(requestParts("GET  HTTP/1.1")).toEqual(["GET", "", "HTTP/1.1"]);
    expect(requestParts("\\x16\\x03\\x01")).toEqual(["", "\\x16\\x03\\x01", ""]);
    expect(requestParts("")).toEqual(["", "", ""]);
    expect(requestParts('GET /\\"x\\\\ HTTP/1.1')).toEqual(["GET", '/\\"x\\\\', "HTTP/1.1"]);
  });

  it.each([
    "x",
    `${head} "GET / HTTP/1.1" 200`,
    `${head} "GET / HTTP/1.1" 200 `,
    `${head} "GET / HTTP/1.1"200 1`,
    `${head} "GET / HTTP/1.1`,
    `${head} "GET /\\" 200 1`,
    `${head} GET 200 1`,
    '::1 -  [x] "GET /" 200 1',
    '::1 - [x] "GET /" 200 1',
    '::1 - - [x "GET /" 200 1',
    ' - - - [x] "GET /" 200 1',
  ])("is rejected: %s", (line) => {
    expect(tokenise({ type: "common" }, common, line).rejected).toEqual({ bad_envelope: 1 });
  });
});

describe("a line of the combined format", () => {
  it("has a referrer and a user agent with escapes as they were written", () => {
    const line = `${head} "GET / HTTP/1.1" 200 5 "http://a/?q=\\"b\\"" "M/5.0 (\\\\x)" 0.004`;
    expect(combinedRow(line)?.slice(9)).toEqual(['http://a/?q=\\"b\\"', "M/5.0 (\\\\x)"]);
    expect(combinedRow(`${head} "GET / HTTP/1.1" 200 5 "-" ""`)?.slice(9)).toEqual(["", ""]);
  });

  it.each(["", ' "a"', ' "a" "b', ' "a" "b"c', ' "a"  "b"', ' a "b"', ' "a\\" "b"'])(
    "is rejected without them: %s",
    (rest) => {
      const line = `${head} "GET / HTTP/1.1" 200 5${rest}`;
      expect(tokenise({ type: "combined" }, combined, line).rejected).toEqual({ bad_envelope: 1 });
    },
  );
});
