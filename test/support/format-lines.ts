// Lines as the servers of each format write them, and lines that are nearly such. Texts are "binary"
// strings, one character a byte.

import fc from "fast-check";
import { accessLogShapes, accessLogTypes } from "../../src/shared/model/format-fields.ts";
import type { PatternFormat } from "../../src/shared/model/format/pattern.ts";
import type { AccessLogType, Format } from "../../src/shared/model/plan.ts";
import { columnLines, columnsFormat, nearDelimitedLines } from "./column-lines.ts";
import { criLines, nearCriLines } from "./cri-lines.ts";
import { dockerLines, nearDockerLines } from "./docker-lines.ts";
import { jsonFormat, jsonLines, nearJsonLines } from "./json-lines.ts";
import { nginxMain, nginxPattern } from "./pattern-formats.ts";
import { nearlyOf } from "./pattern-lines.ts";
import { nearPairsLines, pairsFormat, pairsLines } from "./pairs-lines.ts";
import {
  nearSyslogLines,
  plainSyslog,
  plainSyslogLines,
  syslogFormat,
  syslogLines,
  templateFormat,
  templateLines,
} from "./syslog-lines.ts";
import { w3cFormat, w3cLines } from "./w3c-lines.ts";
import { zeekFormat, zeekLines } from "./zeek-lines.ts";

const rsyslog: Format = {
  type: "rsyslog",
  payloads: [
    { program: "EV", type: "csv", fields: ["event", "user"] },
    { program: "EV-2", type: "csv", fields: ["event"] },
  ],
};

const nginx: PatternFormat = nginxPattern(nginxMain);

const two = (max: number): fc.Arbitrary<string> =>
  fc.integer({ min: 0, max }).map((value) => String(value).padStart(2, "0"));
const time = fc.tuple(two(23), two(59), two(59)).map((parts) => parts.join(":"));
const ipv4 = fc.ipV4();
const ipv6 = fc.oneof(fc.ipV6(), fc.constantFrom("::1", "fe80::1%eth0", "::ffff:192.0.2.1"));
const address = fc.oneof({ weight: 3, arbitrary: ipv4 }, { weight: 1, arbitrary: ipv6 });
const hostName = fc.constantFrom("localhost", "www.example.com", "client-7.example.net", "_");
const user = fc.constantFrom("-", "-", "-", "alice", "bob@example.com", "");
const word = fc.constantFrom("GET", "/", "/a?b=c", "HTTP/1.1", "\\x16\\x03", '\\"q\\"', "caf\xe9");
const request = fc.oneof(
  fc.constantFrom("GET / HTTP/1.1", "POST /a/b HTTP/2.0", "-", "", "GET /a b HTTP/1.0", "- /a b -"),
  fc.array(word, { maxLength: 4 }).map((words) => words.join(" ")),
);
const status = fc.constantFrom("200", "304", "404", "503", "100", "599", "-");
const size = fc.oneof(fc.nat().map(String), fc.constantFrom("-", "0", "-1"));
const fraction = fc.constantFrom("", "", ".123", ".123456");
const gap = fc.constantFrom(" ", " ", "  ");
const agent = fc.constantFrom("Mozilla/5.0 (X11)", "-", "", 'an \\"agent\\"', "ends in \\\\");
const lists = fc.constantFrom("-", "192.0.2.7", "192.0.2.7, 192.0.2.8", "unknown");
const lastAgent = fc.oneof(
  { weight: 5, arbitrary: agent },
  { weight: 1, arbitrary: fc.constant("UA \\") },
);
const more = fc.constantFrom("", "", ' "-" x', " 0.004", " 116075", " ");

function accessLine(
  client: fc.Arbitrary<string>,
  { vhost, agent: hasAgent }: { readonly vhost: boolean; readonly agent: boolean },
): fc.Arbitrary<string> {
  const virtual = fc.tuple(
    fc.oneof(hostName, fc.constantFrom("192.0.2.80", "[2001:db8::1]")),
    fc.constantFrom("", ":80", ":443"),
  );
  const head = fc.tuple(client, user, time, fraction, gap, request, status, size);
  return fc
    .tuple(virtual, head, agent, lastAgent, more)
    .map(([[name, port], parts, from, last, rest]) => {
      const [ip, name2, clock, ms, blanks, asked, code, bytes] = parts;
      const line = `${ip} - ${name2} [14/Oct/2023:${clock}${ms} +0000]${blanks}"${asked}" ${code} ${bytes}`;
      const end = rest === "" || last.endsWith(" \\") ? "" : rest;
      return `${vhost ? `${name}${port} ` : ""}${line}${hasAgent ? ` "${from}" "${last}"${end}` : ""}`;
    });
}

const rsyslogLine = fc
  .tuple(
    time,
    hostName,
    fc.constantFrom("EV", "EV:", "EV[812]:", "EV[812]", "EV-2", "EV-2:"),
    fc.constantFrom(" ", "  "),
    fc.array(fc.constantFrom("view", "u1", "", "1.5", '"a, b"', "-", '"q ""r"""'), {
      minLength: 1,
    }),
  )
  .map(
    ([clock, host, tag, blanks, values]) =>
      `2023-10-14T${clock}+02:00 ${host} ${tag}${blanks}${values.join()}`,
  );

/** Lines of an access log, none of which its format may reject. */
export function accessLines(type: AccessLogType): fc.Arbitrary<string> {
  return accessLine(address, accessLogShapes[type]);
}

const nginxLine = fc
  .tuple(address, user, time, request, fc.constantFrom("200", "304", "499"), fc.nat(), agent, lists)
  .map(
    ([ip, name, clock, asked, code, bytes, from, list]) =>
      `${ip} - ${name || "-"} [14/Oct/2023:${clock} +0000] "${asked.replaceAll('\\"', "\\x22")}" ` +
      `${code} ${bytes} "-" "${from.replaceAll('"', "x22")}" "${list}"`,
  );

export interface FormatCase {
  readonly name: string;
  readonly format: Format;
  /** Lines as its servers write them, none of which it may reject. */
  readonly lines: fc.Arbitrary<string>;
}

export const formatCases: readonly FormatCase[] = [
  { name: "rsyslog", format: rsyslog, lines: rsyslogLine },
  ...accessLogTypes.map((type) => ({ name: type, format: { type }, lines: accessLines(type) })),
  { name: "json", format: jsonFormat, lines: jsonLines },
  {
    name: "docker with common",
    format: { type: "docker", inner: { type: "common" } },
    lines: dockerLines(accessLines("common")),
  },
  {
    name: "docker with json",
    format: { type: "docker", inner: jsonFormat },
    lines: dockerLines(jsonLines),
  },
  {
    name: "docker with pairs",
    format: { type: "docker", inner: pairsFormat },
    lines: dockerLines(pairsLines),
  },
  {
    name: "docker with nginx's main",
    format: { type: "docker", inner: nginx },
    lines: dockerLines(nginxLine),
  },
  {
    name: "docker",
    format: { type: "docker", inner: null },
    lines: dockerLines(fc.constantFrom("server restarted", "a\tb", "caf\xe9", '"', "\\n", "x")),
  },
  {
    name: "cri with combined",
    format: { type: "cri", inner: { type: "combined" } },
    lines: criLines(accessLines("combined")),
  },
  {
    name: "cri with json",
    format: { type: "cri", inner: jsonFormat },
    lines: criLines(jsonLines),
  },
  {
    name: "cri",
    format: { type: "cri", inner: null },
    lines: criLines(fc.constantFrom("server restarted", "a\tb", "caf\xe9", " x", "F", "P x")),
  },
  { name: "pairs", format: pairsFormat, lines: pairsLines },
  { name: "columns", format: columnsFormat, lines: columnLines },
  { name: "w3c", format: w3cFormat, lines: w3cLines },
  { name: "zeek", format: zeekFormat, lines: zeekLines },
  { name: "nginx's main", format: nginx, lines: nginxLine },
  { name: "syslog", format: syslogFormat, lines: syslogLines },
  { name: "RFC 3164", format: plainSyslog, lines: plainSyslogLines },
  { name: "rsyslog with formats", format: templateFormat, lines: templateLines },
];

/** Formats whose lines begin like those of another, which therefore takes them. */
export const takenBy: readonly (readonly [string, string])[] = [
  ["combined", "common"],
  ["vhost_combined", "vhost_common"],
  ["nginx's main", "common"],
  ["nginx's main", "combined"],
  // A record is an object, and may have any text inside.
  ["docker with common", "json"],
  ["docker with json", "json"],
  ["docker with pairs", "json"],
  ["docker with nginx's main", "json"],
  ["docker", "json"],
  ["docker with common", "docker"],
  ["docker with json", "docker"],
  ["docker with pairs", "docker"],
  ["docker with nginx's main", "docker"],
  ["docker with nginx's main", "docker with common"],
  ["cri with combined", "cri"],
  ["cri with json", "cri"],
];

const nearHost = fc.oneof(
  address,
  hostName,
  fc.string({ unit: fc.constantFrom(..."0125:.-%af".split("")), maxLength: 18 }),
  fc.constantFrom(
    "-",
    "unix:",
    "192.0.2.1:443",
    "192.0.2.1,",
    "a,b",
    "[::1]",
    "[::1]:80",
    "1.2.3.4.5",
  ),
  fc.constantFrom(
    "256.1.1.1",
    "01.2.3.4",
    "1::2::3",
    "1:2:3:4:5:6:7:8",
    "1:2:3:4:5:6:7::",
    "\xe9.com",
  ),
  fc.constantFrom(
    "12:34:56",
    "::",
    ":::",
    "1.2.3",
    `${"n".repeat(70)}.example`,
    "10.0.0.1/8",
    "a:b",
  ),
);
const nearStatus = fc.constantFrom(
  "200",
  "099",
  "600",
  "20",
  "2000",
  "0.004",
  "-",
  "ok",
  "2x0",
  "",
);
const nearSize = fc.constantFrom(
  "0",
  "12",
  "-",
  "-1",
  "-2",
  "1.5",
  "1e3",
  "",
  "x",
  "9".repeat(20),
  "+1",
);
const nearUser = fc.oneof(
  user,
  nearHost,
  fc.constantFrom("- u", "john doe", "a 192.0.2.1", " ", "[x]"),
);
const nearTag = fc.oneof(
  fc.constantFrom(
    "EV",
    "EV:",
    "EV[1]:",
    "EV[]:",
    "EV[1",
    "EV[1]x",
    "EV::",
    "EV-2[a]:",
    "EV-22:",
    "E",
  ),
  fc.constantFrom("EV [1]:", ":", "[1]:", "EV]:", "EV[[1]:", "EV[1]:x"),
);

/** Lines that are almost of some format. */
export const nearLines: fc.Arbitrary<string> = fc.oneof(
  ...formatCases.map(({ lines }) => lines),
  nearlyOf(nginx),
  nearDelimitedLines(6, "~"),
  nearJsonLines,
  nearPairsLines,
  nearSyslogLines,
  nearDockerLines(fc.oneof(jsonLines, pairsLines, accessLines("common"))),
  nearCriLines(fc.oneof(jsonLines, accessLines("combined"))),
  fc
    .tuple(
      fc.array(nearHost, { maxLength: 3 }),
      nearUser,
      fraction,
      gap,
      nearStatus,
      nearSize,
      more,
    )
    .map(
      ([hosts, name, ms, blanks, code, bytes, rest]) =>
        `${hosts.join(" ")} - ${name} [14/Oct/2023:10:00:00${ms} +0000]${blanks}"GET /" ${code} ${bytes}${rest}`,
    ),
  fc
    .tuple(
      nearHost,
      nearHost,
      nearUser,
      status,
      size,
      lastAgent,
      fc.constantFrom("", '"', ' "', "\\"),
    )
    .map(
      ([host, ident, name, code, bytes, last, end]) =>
        `${host} ${ident} ${name} [x] "GET /" ${code} ${bytes} "-" "${last}"${end}`,
    ),
  fc
    .tuple(nearTag, fc.constantFrom(" ", "  ", "   ", ""), fc.constantFrom("a,b", "", '"a"', " "))
    .map(([tag, blanks, body]) => `2023-10-14T10:00:00Z h ${tag}${blanks}${body}`),
);
