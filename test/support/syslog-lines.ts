// Lines of syslog with others inside, and what is nearly such. Texts are "binary" strings, one character a byte.

import fc from "fast-check";
import type { Format, InnerFormat } from "../../src/shared/model/plan.ts";

const pairs: InnerFormat = { type: "pairs", keys: [{ field: "user", key: "user" }] };
const columns: InnerFormat = {
  type: "columns",
  columns: ["event", "user"],
  delimiter: "|",
  quote: "double",
  missing: ["-"],
};

export const syslogFormat: Format = {
  type: "syslog",
  rfc: "auto",
  sd: [
    { field: "origin", id: "o@1", param: "ip" },
    { field: "note", id: "a.b", param: "note" },
  ],
  payloads: [
    { program: "app", type: "format", format: pairs },
    { program: "web", type: "format", format: { type: "common" } },
    { program: "tab", type: "format", format: columns },
    { program: "sshd", type: "format", format: null },
  ],
};

export const plainSyslog: Format = {
  type: "syslog",
  rfc: 3164,
  payloads: ["kernel", "postfix/smtpd", "(systemd)", "Some App"].map((program) => ({
    ...{ program, type: "format", format: null },
  })),
};

/** rsyslog's template, with payloads of which not all are CSV. */
export const templateFormat: Format = {
  type: "rsyslog",
  payloads: [
    { program: "TAB", type: "format", format: columns },
    { program: "CSV", type: "csv", fields: ["event", "user", "amount"] },
    { program: "TEXT", type: "format", format: null },
  ],
};

const short = fc.constantFrom("Oct 11 22:14:15", "Feb  5 17:32:18", "Dec 01 00:00:00");
const iso = fc.constantFrom("2003-10-11T22:14:15.003Z", "2019-02-13T19:48:34+00:00");
const host = fc.constantFrom("web-1", "192.0.2.7", "db.example.com", "2001:db8::7");
const pid = fc.constantFrom("", "", "[812]", "[a-1]");
const priority = fc.constantFrom("<0>", "<13>", "<165>", "<191>");
const clf = '192.0.2.9 - - [14/Oct/2023:10:00:00 +0000] "GET / HTTP/1.1" 200 7';
const bodies: Readonly<Record<string, fc.Arbitrary<string>>> = {
  app: fc.constantFrom("user=u1 a=b", 'user="u 2" x=1', "other=1 more=2"),
  web: fc.constantFrom(clf, clf.replace("200", "404")),
  tab: fc.constantFrom("view|u1", '"a|b"|u2', "click|-", '"say ""x"""|'),
  sshd: fc.constantFrom("Invalid user u1", "", "[preauth] x", "a: b", "caf\xe9", "  blanks "),
};
const data = fc.constantFrom(
  ...["-", '[o@1 ip="192.0.2.1"]', '[o@1 x="1" ip="a\\"b\\\\c\\]d\\e"][a.b note=""]', "[empty]"],
  ...['[a.b note="x" note="y" other="]"]', '[o@1 ip= "z" ]', `[a.b note="${"n\\\\".repeat(40)}"]`],
);

type Rest = (program: string) => fc.Arbitrary<string>;
const programs = Object.keys(bodies);

function linesOf(bodyOf: Rest): fc.Arbitrary<string> {
  return fc.constantFrom(...programs).chain((program) => {
    const body = bodyOf(program);
    const old = fc
      .tuple(fc.oneof(fc.constant(""), priority), fc.oneof(short, iso), host, pid, body)
      .map(
        ([pri, time, from, number, text]) => `${pri}${time} ${from} ${program}${number}: ${text}`,
      );
    const current = fc
      .tuple(priority, fc.oneof(iso, fc.constant("-")), host, data, body, fc.boolean())
      .map(
        ([pri, time, from, values, text, isMarked]) =>
          `${pri}1 ${time} ${from} ${program} - ID7 ${values} ${isMarked ? "\xef\xbb\xbf" : ""}${text}`,
      );
    return fc.oneof(old, current);
  });
}

export const syslogLines: fc.Arbitrary<string> = linesOf((program) => bodies[program]!);

const plainTag = fc
  .tuple(fc.constantFrom("kernel", "postfix/smtpd", "(systemd)"), pid)
  .map(([program, number]) => program + number);

/** Of RFC 3164 alone, with texts inside. */
export const plainSyslogLines: fc.Arbitrary<string> = fc
  .tuple(short, host, fc.oneof(plainTag, fc.constant("Some App[812]")), bodies["sshd"]!)
  .map(([time, from, tag, text]) => `${time} ${from} ${tag}: ${text}`);

export const templateLines: fc.Arbitrary<string> = fc
  .constantFrom("TAB", "CSV", "TEXT")
  .chain((program) =>
    fc
      .tuple(
        iso,
        host,
        fc.constantFrom("", ":", "[7]:", "[7]"),
        fc.constantFrom(" ", "  "),
        { TAB: bodies["tab"]!, CSV: fc.constantFrom("a,b,c", 'a,"b,c"', ""), TEXT: bodies["app"]! }[
          program
        ],
      )
      .map(([time, from, end, gap, text]) => `${time} ${from} ${program}${end}${gap}${text}`),
  );

/** Lines of which a part is missing, doubled or of another kind. */
export const nearSyslogLines: fc.Arbitrary<string> = fc.oneof(
  linesOf(() => fc.constantFrom("", " ", "user=u1", clf, '"open|u1', "a|b|c", "{}", "\t")),
  fc
    .tuple(
      syslogLines,
      fc.nat(60),
      fc.constantFrom("", " ", "[", "]", ":", '"', "\\", "<", "=", "1"),
    )
    .map(([line, at, text]) => line.slice(0, at) + text + line.slice(at + 1)),
  fc.tuple(syslogLines, fc.nat(90)).map(([line, at]) => line.slice(0, at)),
  fc
    .tuple(
      fc.constantFrom("<13>", "<192>", "<013>", "<>", "<1", "<1234>", "<00>", ""),
      fc.constantFrom("1 ", "2 ", "", "1"),
      fc.constantFrom(
        "Oct 11 22:14:15",
        "Oct 1 22:14:15",
        "Okt 11 22:14:15",
        "Oct 41 22:14:15",
        "-",
      ),
      fc.constantFrom("h", "h:", "-", "a,b", ""),
      fc.constantFrom(
        "sshd:",
        "sshd",
        "sshd[]:",
        "sshd[1]",
        "sshd[1:",
        "[1]:",
        ":",
        "ss]h[1]:",
        "a[b[1]:",
        ...["Some App[12]:", "Some App[1a]:", "Some App[]:", "Some App:", "a: b[1]:", "a b[1]"],
        ...[" Some App[1]:", "Some [1]:", "a b]c[1]:", "a b[1]:x", `a ${"b".repeat(30)}[1]:`],
        `a ${"b".repeat(31)}[1]:`,
      ),
    )
    .map(([pri, version, time, from, tag]) => `${pri}${version}${time} ${from} ${tag} text`),
  fc
    .tuple(
      fc.constantFrom("TAB", "TEXT", "CSV", "OTHER"),
      fc.constantFrom("", ":", "[]:", "[a]b[c]:", "[[1]:", "::", "[1]x"),
      fc.constantFrom("", " ", " a|b", "  a|b", "   ", ' "a'),
    )
    .map(([program, end, rest]) => `t h ${program}${end}${rest}`),
);
