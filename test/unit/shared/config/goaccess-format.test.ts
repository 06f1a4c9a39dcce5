// goaccess's `log-format`, pasted into a configuration.

import { describe, expect, it } from "vitest";
import { fieldsOf } from "../../../../src/shared/model/format-fields.ts";
import type { Format } from "../../../../src/shared/model/plan.ts";
import { faultsOf, leastConfig } from "../../../support/config-text.ts";
import { goaccessPattern } from "../../../support/pattern-formats.ts";
import { tokenise } from "../../../support/tokenise.ts";

const times = { date: "%d/%b/%Y", time: "%T" };
const combined = '%h %^[%d:%t %^] "%r" %s %b "%R" "%u"';
const line =
  '192.0.2.1 - john doe [10/Oct/2026:13:55:36 -0700] "GET / HTTP/1.0" 200 2326 "-" "Mozilla/5.0 (X11)"';

function read(format: Format, text: string): Readonly<Record<string, string>> | null {
  const fields = fieldsOf(format);
  const [row] = tokenise(format, fields, text).rows;
  if (row === undefined) return null;
  const entries = fields.map((field, index) => [field, row[index] ?? ""] as const);
  return Object.fromEntries(entries.filter(([, value]) => value !== ""));
}

const faults = (format: string) =>
  faultsOf(
    leastConfig.replace("format: { type: combined }", () => `format: { goaccess: ${format} }`),
  ).map((fault) => fault.replace(/^\d+:\d+: sources\.web\.format\./, ""));

describe("a log-format of goaccess", () => {
  it("reads the fields, and the offset of the time that goaccess passes over", () => {
    const fields = {
      ...{ ip: "192.0.2.1", timestamp: "10/Oct/2026:13:55:36 -0700" },
      ...{ method: "GET", url: "/", protocol: "HTTP/1.0", status: "200", bytes: "2326" },
      user_agent: "Mozilla/5.0 (X11)",
    };
    expect(read(goaccessPattern(combined, times), line)).toEqual(fields);
    const whole = '%h %^ %e [%x] "%m %U %H" %s %b "%R" "%u"';
    const datetime = "%d/%b/%Y:%H:%M:%S %z";
    expect(read(goaccessPattern(whole, { datetime }), line)).toEqual({
      ...fields,
      user: "john doe",
    });
  });

  it("takes no line of a neighbour", () => {
    const format = goaccessPattern(combined, times);
    for (const other of [
      `www.example.com:443 ${line}`,
      `www.example.com ${line}`,
      line.replace(/ "-".*/, ""),
      `${line} 1500`,
      line.replace(" 200 ", " 0.004 "),
    ]) {
      expect(read(format, other), other).toBeNull();
    }
  });

  it.each([
    {
      name: "W3C",
      format: "%d %t %^ %m %U %q %^ %^ %h %u %R %s %^ %^ %L",
      options: { date: "%Y-%m-%d", time: "%H:%M:%S" },
      text: "2026-10-10 13:55:36 192.0.2.80 GET / a=b 80 - 192.0.2.1 Mozilla/5.0+(X11) - 200 0 0 15",
      is: { timestamp: "2026-10-10 13:55:36", query: "a=b", ip: "192.0.2.1", duration_ms: "15" },
    },
    {
      name: "the load balancers of AWS",
      format: '%^ %dT%t.%^ %^ %h:%^ %^ %^ %T %^ %s %^ %^ %b "%r" "%u" %k %K %^',
      options: { date: "%Y-%m-%d", time: "%H:%M:%S" },
      text:
        "https 2026-10-10T13:55:36.127531Z app/a 192.0.2.1:2817 192.0.2.2:80 0.001 0.102 0.000 200 200 225 24950 " +
        '"GET / HTTP/1.1" "Mozilla/5.0" ECDHE TLSv1.2 arn:aws: and more',
      is: null,
    },
    {
      name: "the first client of a list",
      format: '~h{," } %^[%d:%t %^] "%r" %s',
      options: times,
      text: '192.0.2.7, 198.51.100.2 - - [10/Oct/2026:13:55:36 -0700] "GET / HTTP/1.1" 200',
      is: { ip: "192.0.2.7", status: "200", timestamp: "10/Oct/2026:13:55:36 -0700" },
    },
    {
      name: "times since 1970 with blanks behind",
      format: "%x %~%L %h %^/%s %b %m %U",
      options: { datetime: "%s" },
      text: "1791640536    77 192.0.2.1 TCP_MISS/200 411 GET http://www.example.com/",
      is: { timestamp: "1791640536", duration_ms: "77", ip: "192.0.2.1", method: "GET" },
    },
  ])("reads $name", ({ format, options, text, is }) => {
    if (is === null) {
      expect(() => goaccessPattern(format, options)).toThrow(/%h can have ":" itself/);
    } else {
      expect(read(goaccessPattern(format, options), text)).toMatchObject(is);
    }
  });

  it.each([
    [
      "'%h %d:%t %s'",
      ["%d needs the option date_format; add date_format: goaccess's date-format", "%t needs"],
    ],
    ["'%h %s %y %'", ["%y is none of goaccess; there are %d, %t, %x, %h", "% is none of goaccess"]],
    ["'%h %d %s', date_format: '%c'", ['times as "%c" cannot be read']],
    ["'%h %t %s', time_format: '%T'", ['times as "%T" cannot be read']],
    ["'%h%s %b'", ["%h and %s have nothing between them"]],
  ])("is refused where it cannot be read: %s", (format, expected) => {
    const found = faults(format);
    expect(found).toHaveLength(expected.length);
    expected.forEach((text, index) => expect(found[index]).toContain(text));
  });
});
