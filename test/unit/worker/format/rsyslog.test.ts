import { describe, expect, it } from "vitest";
import type { RsyslogFormat } from "../../../../src/shared/model/plan.ts";
import { tokenise } from "../../../support/tokenise.ts";

const format: RsyslogFormat = {
  type: "rsyslog",
  payloads: [
    { program: "EVT_V1", type: "csv", fields: ["event", "user", "_", "revenue"] },
    { program: "exactly-seven-and-more", type: "csv", fields: ["user", "extra"] },
  ],
};
const all = ["timestamp", "host", "program", "event", "user", "revenue", "extra"];
const body = (text: string): string => `2011-06-30T00:00:03-07:00 h EVT_V1 ${text}`;
const oneRow = (text: string, fields = ["event", "user", "revenue"]): readonly (string | null)[] =>
  tokenise(format, fields, body(text)).rows[0]!;

describe("an rsyslog line", () => {
  it("is cut into envelope and body; fields of other payloads are missing", () => {
    const { rows, rejected, lines } = tokenise(
      format,
      all,
      `${body("click,u1,x,1.5")}\nt h exactly-seven-and-more u2,e2\n`,
    );
    expect(rows).toEqual([
      ["2011-06-30T00:00:03-07:00", "h", "EVT_V1", "click", "u1", "1.5", ""],
      ["t", "h", "exactly-seven-and-more", "", "u2", "", "e2"],
    ]);
    expect(rejected).toEqual({});
    expect(lines).toBe(2);
  });

  it("has its program in a tag, as rsyslog's own templates write it", () => {
    const parts = (tag: string): object => {
      const text = `t h ${tag}click,u1`;
      const { rows, rejected } = tokenise(format, ["program", "event", "user"], text);
      return rows[0] ?? rejected;
    };
    const expected = ["EVT_V1", "click", "u1"];
    for (const tag of ["EVT_V1 ", "EVT_V1  ", "EVT_V1: ", "EVT_V1[812]: ", "EVT_V1[812]:  "]) {
      expect(parts(tag)).toEqual(expected);
    }
    expect(parts("EVT_V1[812] ")).toEqual(expected);
    expect(parts("EVT_V1:   ")).toEqual(["EVT_V1", " click", "u1"]);
    for (const tag of ["EVT_V1[]: ", "EVT_V1[8: ", "EVT_V1:: ", "EVT_V1[8]x ", "EVT_V12: "]) {
      expect(parts(tag)).toEqual({ unknown_payload: 1 });
    }
    expect(parts("EVT_V1:")).toEqual({ bad_envelope: 1 });
  });

  it("may have more fields than declared, and fewer: those are missing, not empty", () => {
    expect(oneRow("a,b,c,d,e,f")).toEqual(["a", "b", "d"]);
    expect(oneRow("a,b", ["event", "user"])).toEqual(["a", "b"]);
    expect(oneRow("", ["event"])).toEqual([""]);
    expect(oneRow("a,b,c", ["event", "user", "revenue"])).toEqual(["a", "b", null]);
    expect(oneRow('"a"', ["event", "user", "revenue"])).toEqual(["a", null, null]);
    expect(oneRow('a,"b",c,', ["event", "user", "revenue"])).toEqual(["a", "b", ""]);
    expect(tokenise(format, ["revenue"], body("a,b,c")).rejected).toEqual({});
  });

  it("has fields of any number and length, across blocks of 64 bytes", () => {
    for (const width of [0, 1, 14, 15, 16, 62, 63, 64, 65, 130]) {
      const values = Array.from({ length: 40 }, (_, index) => String(index % 10).repeat(width));
      const fields = values.map((_, index) => `f${index}`);
      const wide: RsyslogFormat = {
        type: "rsyslog",
        payloads: [{ program: "p", type: "csv", fields }],
      };
      const text = `t h p ${values.join()}\n`;
      const { rows } = tokenise(wide, fields, text + text, { maxLineBytes: 10_000 });
      expect(rows).toEqual([values, values]);
    }
  });

  it("may end in CRLF, and keeps other carriage returns", () => {
    const { rows } = tokenise(format, ["user"], `${body("a,b\r\r")}\r\n${body("a,b,c")}\r`);
    expect(rows).toEqual([["b\r\r"], ["b"]]);
  });

  it("has fields in quotes, with commas and doubled quotes", () => {
    expect(oneRow('"a,b","u ""x""",,"1"')).toEqual(["a,b", 'u "x"', "1"]);
    expect(oneRow('"","""",x,""""""')).toEqual(["", '"', '""']);
  });

  it("keeps every field apart, however many have doubled quotes", () => {
    const users = Array.from({ length: 2000 }, (_, n) => `${'"'.repeat(n % 70)} user ${n}`);
    const lines = users.map((user) => body(`a,"${user.replaceAll('"', '""')}",x,1,2`));
    const { rows } = tokenise(format, ["user"], lines.join("\n"));
    expect(rows.map(([user]) => user)).toEqual(users);
  });

  it.each(['"a,b', '"a"b,c', 'a"b,c,d,e', 'a,b,c,d,e"', '"', '"a","b'])(
    "is rejected as bad CSV: %s",
    (text) => {
      expect(tokenise(format, ["event"], body(text)).rejected).toEqual({ bad_csv: 1 });
    },
  );

  it("needs three parts before its body, each of at least a byte, and a known program", () => {
    const rejectedOf = (text: string): object => tokenise(format, all, text).rejected;
    for (const text of [
      "x",
      "a b",
      "a b EVT_V1",
      " a b EVT_V1 x",
      "a  b EVT_V1 x",
      "a b  EVT_V1 x",
    ]) {
      expect(rejectedOf(text)).toEqual({ bad_envelope: 1 });
    }
    for (const program of ["EVT_V", "EVT_V11", "exactly-seven-and-morf", "x"]) {
      expect(rejectedOf(`t h ${program} a,b,c,d`)).toEqual({ unknown_payload: 1 });
    }
    for (const text of ["", " ", "\t", " \r", "\t \t \t \t"]) {
      expect(rejectedOf(`${text}\n`)).toEqual({ blank: 1 });
    }
  });

  it("is never joined with the next, however short it is", () => {
    const { rows, rejected } = tokenise(format, ["user"], `a\na b\nx y EVT_V1\n${body("a,b,c,d")}`);
    expect(rows).toEqual([["b"]]);
    expect(rejected).toEqual({ bad_envelope: 3 });
  });

  it("may be as long as the limit and not longer, its ending not counted", () => {
    const line = body("a,b,c,d");
    const limits = { maxLineBytes: line.length };
    expect(tokenise(format, ["user"], `${line}\r\n${line}`, limits).rows).toHaveLength(2);
    expect(tokenise(format, ["user"], `${line}e\n`, limits).rejected).toEqual({ line_too_long: 1 });
    expect(tokenise(format, ["user"], " ".repeat(50), { maxLineBytes: 40 }).rejected).toEqual({
      line_too_long: 1,
    });
  });
});
