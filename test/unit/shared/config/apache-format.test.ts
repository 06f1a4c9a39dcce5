// Apache's `LogFormat`, pasted into a configuration.

import { describe, expect, it } from "vitest";
import { fieldsOf } from "../../../../src/shared/model/format-fields.ts";
import type { Format } from "../../../../src/shared/model/plan.ts";
import { faultsOf, leastConfig } from "../../../support/config-text.ts";
import { apachePattern } from "../../../support/pattern-formats.ts";
import { tokenise } from "../../../support/tokenise.ts";

const combined = String.raw`%h %l %u %t "%r" %>s %b "%{Referer}i" "%{User-Agent}i"`;
const line =
  '192.0.2.1 - john doe [10/Oct/2026:13:55:36 -0700] "GET /a\\"b HTTP/1.0" 200 2326 "-" "Mozilla/5.0 (X11)"';

/** The fields that a line has, or nothing. */
function read(format: Format, text: string): Readonly<Record<string, string>> | null {
  const fields = fieldsOf(format);
  const [row] = tokenise(format, fields, text).rows;
  if (row === undefined) return null;
  const entries = fields.map((field, index) => [field, row[index] ?? ""] as const);
  return Object.fromEntries(entries.filter(([, value]) => value !== ""));
}

const faults = (format: string) =>
  faultsOf(
    leastConfig.replace("format: { type: combined }", () => `format: { apache: ${format} }`),
  ).map((fault) => fault.replace(/^\d+:\d+: sources\.web\.format\./, ""));

describe("the format of LogFormat", () => {
  it("is the same alone, escaped, and as a whole directive", () => {
    const alone = apachePattern(combined);
    const escaped = combined.replaceAll('"', '\\"');
    expect(apachePattern(escaped)).toEqual(alone);
    expect(apachePattern(`LogFormat "${escaped}" combined`)).toEqual(alone);
    expect(apachePattern(`  CustomLog "logs/access_log" "${escaped}" env=!dontlog`)).toEqual(alone);
  });

  it("reads the fields of lines as Apache writes them", () => {
    expect(read(apachePattern(combined), line)).toEqual({
      ...{ ip: "192.0.2.1", user: "john doe", timestamp: "10/Oct/2026:13:55:36 -0700" },
      ...{ method: "GET", url: '/a\\"b', protocol: "HTTP/1.0", status: "200", bytes: "2326" },
      user_agent: "Mozilla/5.0 (X11)",
    });
    const more = apachePattern(
      String.raw`%v:%p %h %l %u %t "%!414r" %<s %O %D %I\t%{X-Forwarded-For}i %{UNIQUE_ID}e "%{sid}C" %%%X`,
    );
    const text = `www.example.com:443 ${line.replace(/ "-".*/, ' 1500 77\t- AbC "x\\"y" %+')}`;
    expect(read(more, text)).toMatchObject({
      ...{ vhost: "www.example.com", port: "443", ip: "192.0.2.1", bytes: "2326" },
      ...{ duration_us: "1500", bytes_received: "77", unique_id: "AbC", cookie_sid: 'x\\"y' },
      connection_status: "+",
    });
  });

  it("takes no line of a neighbour", () => {
    const format = apachePattern(combined);
    for (const other of [
      `www.example.com:443 ${line}`,
      `www.example.com ${line}`,
      line.replace(/ "-".*/, ""),
      `${line} 1500`,
      line.replace(" 200 ", " 0.004 "),
      line.replace(" 2326 ", " 1.5 "),
      line.replace("john doe", "192.0.2.7"),
      line.replace("192.0.2.1", "192.0.2.1,"),
    ]) {
      expect(read(format, other), other).toBeNull();
    }
  });

  it("calls what two directives say by two names", () => {
    const format = apachePattern("%a %h %b %O %s %>s %m %{Host}i %{Host}o %{Content-Type}o");
    expect(fieldsOf(format)).toEqual([
      ...["remote_ip", "ip", "bytes", "bytes_sent", "status", "status_2", "method", "host"],
      ...["sent_host", "sent_content_type"],
    ]);
  });

  it.each([
    { time: "%t", text: "[10/Oct/2026:13:55:36 -0700]", form: undefined },
    { time: "%{%d/%b/%Y:%H:%M:%S %z}t", text: "10/Oct/2026:13:55:36 -0700", form: undefined },
    { time: "%{%Y-%m-%dT%H:%M:%S%z}t", text: "2026-10-10T13:55:36-0700", form: undefined },
    { time: "%{%F %T}t", text: "2026-10-10 13:55:36", form: undefined },
    { time: "%{begin:%Y/%m/%d %T}t", text: "2026/10/10 13:55:36", form: "yyyy/MM/dd HH:mm:ss" },
    { time: "%{sec}t", text: "1791640536", form: "epoch_s" },
    { time: "%{msec}t", text: "1791640536123", form: "epoch_ms" },
    { time: "%{end:usec}t", text: "1791640536123456", form: "epoch_us" },
  ])("knows times that are written by $time", ({ time, text, form }) => {
    const format = apachePattern(`%h ${time} %s`);
    expect(format.timestamp?.form).toBe(form);
    const timestamp = text.replace(/^\[|\]$/g, "");
    expect(read(format, `192.0.2.1 ${text} 200`)).toEqual({
      ip: "192.0.2.1",
      timestamp,
      status: "200",
    });
  });

  it.each([
    ["'%h %{%c}t %s'", ["apache: %{%c}t is none of Apache's directives that can be read; see the"]],
    [
      "'%h %Y %{x}y %^ti %'",
      ["apache: %Y is none", "apache: %{x}y is", "apache: %^t is", "apache: % is"],
    ],
    ["'%h%u %r %s'", ["%h and %u have nothing between them", "%r has spaces itself"]],
    ["'%{%F}t %{%T}t %s'", ["%{%T}t is none of Apache's directives"]],
    [
      "'LogFormat %h common'",
      ["apache: this is no text in quotes; paste the whole directive, or only"],
    ],
  ])("is refused where it cannot be read: %s", (format, expected) => {
    const found = faults(format);
    expect(found).toHaveLength(expected.length);
    expected.forEach((text, index) => expect(found[index]).toContain(text));
  });
});
