import { describe, expect, it } from "vitest";
import { tokenise } from "../../../support/tokenise.ts";

const common = ["ip", "ident", "user", "timestamp", "method", "url", "protocol", "status", "bytes"];
const combined = [...common, "referrer", "user_agent"];
const head = "203.0.113.9 - frank [10/Oct/2000:13:55:36 -0700]";
const commonRow = (line: string): readonly (string | null)[] | undefined =>
  tokenise({ type: "common" }, common, line).rows[0];
const combinedRow = (line: string): readonly (string | null)[] | undefined =>
  tokenise({ type: "combined" }, combined, line).rows[0];
const requestParts = (request: string): readonly (string | null)[] | undefined =>
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

  it("may have an empty user, several spaces before the request, and no size", () => {
    const at = "[10/Oct/2000:13:55:36.123 -0700]";
    expect(commonRow(`203.0.113.9 -  ${at}  "GET /" 200 -1`)).toEqual(
      ["203.0.113.9", "", "", "10/Oct/2000:13:55:36.123 -0700", "GET", "/", ""].concat(["200", ""]),
    );
  });

  it.each(["2001:db8::1", "fe80::1%eth0", "::ffff:192.0.2.1", "client-7.example.net", "unix:"])(
    "may come from %s",
    (host) => {
      expect(commonRow(`${host} - - [x] "GET /" 200 1`)?.[0]).toBe(host);
    },
  );

  it("has whatever was asked for as its URL", () => {
    expect(requestParts("GET /a b HTTP/1.1")).toEqual(["GET", "/a b", "HTTP/1.1"]);
    expect(requestParts("GET /")).toEqual(["GET", "/", ""]);
    expect(requestParts("GET / HTTP")).toEqual(["GET", "/ HTTP", ""]);
    expect(requestParts("- http://www.example.com:80- -")).toEqual([
      "",
      "http://www.example.com:80-",
      "",
    ]);
    expect(requestParts("- - -")).toEqual(["", "", ""]);
    expect(requestParts("- -")).toEqual(["", "", ""]);
    expect(requestParts("GET /a -")).toEqual(["GET", "/a -", ""]);
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
    '- 192.0.2.1 - - [x] "GET /" 200 1',
    'www.example.com 192.0.2.1 - - [x] "GET /" 200 1',
    'www.example.com client.example.net - - [x] "GET /" 200 1',
    'www.example.com:443 client.example.net - - [x] "GET /" 200 1',
    '192.0.2.1:52000 - - [x] "GET /" 200 1',
    '192.0.2.1, 198.51.100.2 - - [x] "GET /" 200 1',
    '192.0.2.1 - 198.51.100.2 [x] "GET /" 200 1',
    '12:34:56 - - [x] "GET /" 200 1',
    `${head} "GET /" 0.004 1`,
    `${head} "GET /" 600 1`,
    `${head} "GET /" 20 1`,
    `${head} "GET /" 200 1.5`,
    `${head} "GET /" 200 -2`,
    `${head}"GET /" 200 1`,
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

  it("may end in a user agent that ends in a backslash", () => {
    const agentOf = (rest: string): string | undefined =>
      combinedRow(`${head} "GET /" 200 5 "-" ${rest}`)?.[10] ?? undefined;
    expect(agentOf('"UA \\"')).toBe("UA \\");
    expect(agentOf('"say \\"yes\\" \\"')).toBe('say \\"yes\\" \\');
    expect(agentOf('"UA \\" 0.004')).toBeUndefined();
  });

  it.each(["", ' "a"', ' "a" "b', ' "a" "b"c', ' "a"  "b"', ' a "b"', ' "a\\" "b"'])(
    "is rejected without them: %s",
    (rest) => {
      const line = `${head} "GET / HTTP/1.1" 200 5${rest}`;
      expect(tokenise({ type: "combined" }, combined, line).rejected).toEqual({ bad_envelope: 1 });
    },
  );
});

describe("a line with a virtual host in front", () => {
  const rest = '- - [x] "GET /" 200 1';
  const front = (text: string): object => {
    const { rows, rejected } = tokenise({ type: "vhost_common" }, ["vhost", "port", "ip"], text);
    return rows[0] ?? rejected;
  };

  it("has its name and its port apart", () => {
    expect(front(`www.example.com:443 192.0.2.1 ${rest}`)).toEqual([
      "www.example.com",
      "443",
      "192.0.2.1",
    ]);
    expect(front(`localhost client.example.net ${rest}`)).toEqual([
      "localhost",
      "",
      "client.example.net",
    ]);
    expect(front(`[2001:db8::1]:80 ::1 ${rest}`)).toEqual(["[2001:db8::1]", "80", "::1"]);
    expect(front(`2001:db8::1 ::1 ${rest}`)).toEqual(["2001:db8::1", "", "::1"]);
    expect(front(`- 192.0.2.1 ${rest}`)).toEqual(["", "", "192.0.2.1"]);
  });

  it.each([
    `192.0.2.1 ${rest}`,
    `client.example.net ${rest}`,
    `192.0.2.1 - john doe [x] "GET /" 200 1`,
    `192.0.2.1 ident john doe [x] "GET /" 200 1`,
    `www.example.com:http 192.0.2.1 ${rest}`,
    `www.example.com:654321 192.0.2.1 ${rest}`,
    `www.example.com: 192.0.2.1 ${rest}`,
    `[www] 192.0.2.1 ${rest}`,
    ` 192.0.2.1 ${rest}`,
    "www.example.com",
  ])("is rejected where there is none: %s", (line) => {
    expect(front(line)).toEqual({ bad_envelope: 1 });
  });
});
