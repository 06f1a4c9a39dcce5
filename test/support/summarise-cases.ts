// Plans and hostile contents for tests of the worker: lines that are mostly almost right.

import fc from "fast-check";
import type { Plan, SummaryDefinition } from "../../src/shared/model/plan.ts";

const event = { op: "field", name: "event" } as const;
const revenue = { op: "field", name: "revenue" } as const;
const isClick = { op: "==", left: event, right: { op: "string", value: "click" } } as const;
const isDear = { op: ">=", left: revenue, right: { op: "number", text: "1.50" } } as const;

const adsSummaries: readonly SummaryDefinition[] = [
  {
    name: "campaigns",
    from: ["ads"],
    timestamp: "timestamp",
    granularity: "day",
    timezone: "America/New_York",
    dimensions: ["event", "campaign"],
    metrics: [
      { name: "events", type: "count" },
      { name: "clicks", type: "count", where: isClick },
      { name: "revenue", type: "sum", field: "revenue", scale: 6 },
      { name: "dear", type: "sum", field: "revenue", scale: 6, where: isDear },
      { name: "mean", type: "avg", field: "revenue", scale: 6 },
      { name: "click_mean", type: "avg", field: "revenue", scale: 6, where: isClick },
      { name: "spread", type: "stddev", field: "revenue", scale: 6 },
      { name: "click_spread", type: "stddev_pop", field: "revenue", scale: 6, where: isClick },
      { name: "opening", type: "first", field: "revenue", scale: 6 },
      { name: "closing", type: "last", field: "revenue", scale: 6, where: isClick },
      { name: "least", type: "min", field: "revenue", scale: 6 },
      { name: "most", type: "max", field: "revenue", scale: 6, where: isClick },
      { name: "users", type: "hll", field: "user", log2m: 11, regwidth: 5 },
      { name: "clickers", type: "hll", field: "user", log2m: 4, regwidth: 4, where: isClick },
    ],
  },
  {
    name: "hosts",
    from: ["ads"],
    timestamp: "timestamp",
    granularity: "hour",
    timezone: "UTC",
    dimensions: ["host"],
    where: {
      op: "or",
      left: { op: "starts_with", left: event, right: { op: "string", value: "c" } },
      right: {
        op: "and",
        left: { op: "not", operand: isDear },
        right: {
          op: "in",
          left: { op: "field", name: "campaign" },
          values: [
            { op: "string", value: "c1" },
            { op: "string", value: "grün" },
            { op: "string", value: "" },
          ],
        },
      },
    },
    metrics: [{ name: "events", type: "count" }],
  },
  {
    name: "all",
    from: ["ads"],
    timestamp: "timestamp",
    granularity: "month",
    timezone: "Asia/Kolkata",
    dimensions: [],
    where: {
      op: "and",
      left: { op: "!=", left: event, right: { op: "string", value: "test" } },
      right: {
        op: "or",
        left: { op: "contains", left: event, right: { op: "string", value: "i" } },
        right: { op: "ends_with", left: event, right: { op: "string", value: "k" } },
      },
    },
    metrics: [
      { name: "campaigns", type: "hll", field: "campaign", log2m: 8, regwidth: 6 },
      { name: "extra", type: "max", field: "extra", scale: 0 },
      // The one metric of a summary that needs this field, and only of some lines.
      { name: "click_revenue", type: "sum", field: "revenue", scale: 6, where: isClick },
    ],
  },
];

/** Some of the summaries, and another limit of lines: every one of them is a plan of its own. */
export function adsPlanOf(names: readonly string[], maxLineBytes: number): Plan {
  return {
    ...adsPlan,
    sources: adsPlan.sources.map((source) => ({ ...source, maxLineBytes })),
    summaries: adsSummaries.filter(({ name }) => names.includes(name)),
  };
}

export const adsPlan: Plan = {
  version: 1,
  timezone: "Europe/Berlin",
  sources: [
    {
      name: "ads",
      maxLineBytes: 300,
      format: {
        type: "rsyslog",
        payloads: [
          {
            program: "EVT_V1",
            type: "csv",
            fields: ["event", "user", "campaign", "_", "size", "", "revenue"],
          },
          {
            program: "a-program-with-a-long-name",
            type: "csv",
            fields: ["user", "event", "extra", "campaign", "host"],
          },
        ],
      },
    },
  ],
  summaries: adsSummaries,
};

const status = { op: "field", name: "status" } as const;

export function accessPlan(type: "common" | "combined"): Plan {
  const agents: SummaryDefinition = {
    name: "agents",
    from: ["web"],
    timestamp: "timestamp",
    granularity: "day",
    timezone: "UTC",
    dimensions: ["referrer", "user_agent"],
    metrics: [{ name: "hits", type: "count" }],
  };
  const requests: SummaryDefinition = {
    name: "requests",
    from: ["web"],
    timestamp: "timestamp",
    granularity: "hour",
    timezone: "UTC",
    dimensions: ["method", "url", "protocol", "status", "user", "ident"],
    where: { op: "<", left: status, right: { op: "number", text: "500" } },
    metrics: [
      { name: "hits", type: "count" },
      { name: "bytes", type: "sum", field: "bytes", scale: 0 },
      { name: "visitors", type: "hll", field: "ip", log2m: 10, regwidth: 5 },
    ],
  };
  return {
    version: 1,
    timezone: "UTC",
    sources: [{ name: "web", maxLineBytes: 4000, format: { type } }],
    summaries: type === "combined" ? [requests, agents] : [requests],
  };
}

/** Mostly the first kind, now and then the second. */
function mostly(usual: fc.Arbitrary<string>, odd: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc.oneof({ weight: 12, arbitrary: usual }, { weight: 1, arbitrary: odd });
}

/** Any bytes but a newline, as a binary string. */
export const anyBytes = fc
  .uint8Array({ maxLength: 40 })
  .map((bytes) => Buffer.from(bytes).toString("latin1").replaceAll("\n", "\r"));

const hostileText = fc.oneof(
  anyBytes,
  fc.constantFrom("", '"', '""', '"a,b"', '"a""b"', '"open', 'a"b', "\0", "\r", "a\rb", "é"),
  fc.constantFrom("gr\xc3\xbcn", "\xff\xfe", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xc3", "-", " "),
  fc.string({ minLength: 250, maxLength: 320, unit: fc.constantFrom("x", ",", " ", '"') }),
);

const two = (low: number, high: number): fc.Arbitrary<string> =>
  fc.integer({ min: low, max: high }).map((value) => String(value).padStart(2, "0"));

const offsets = fc.constantFrom(
  "-07:00",
  "Z",
  "+05:30",
  "+0000",
  "-11",
  "",
  "z",
  "+14:00",
  "-00:00",
);
const isoTimestamp = fc
  .tuple(two(10, 12), two(1, 28), two(0, 23), two(0, 60), offsets, fc.constantFrom("T", " ", "t"))
  .chain((parts) =>
    fc
      .constantFrom("", "", ".25", ",5", ".1234567891")
      .map((fraction) => [...parts, fraction] as const),
  )
  .map(([month, day, hour, rest, offset, separator, fraction]) => {
    const glue = separator === " " ? "T" : separator;
    return `2011-${month}-${day}${glue}${hour}:${rest === "60" ? "59" : rest}:${rest}${fraction}${offset}`;
  });

/** Timestamps that are odd, right or wrong. */
export const oddTimestamp = fc.oneof(
  fc.constantFrom("2011-0-21", "2011-00-21T00:00:00Z", "2011-02-29T00:00:00Z", "2012-02-29"),
  fc.constantFrom("2011-06-30T24:00:00Z", "2011-06-30T23:59:60Z", "2011-06-30T23:59:61Z"),
  fc.constantFrom("0000-01-01T00:00:00Z", "9999-12-31T23:59:59-12:00", "1883-11-18T12:03:57"),
  fc.constantFrom("2011-03-27T02:30:00", "2011-10-30T02:30:00", "2011-06-30T00:00:03.123Z"),
  fc.constantFrom("2011-06-30T00:00:03.1234Z", "2011-06-30T00:00:03,5+01", "2011-06-30T00:00Z"),
  fc.constantFrom("2011-06-30T00:00:03.Z", "2011-06-30T00:0a:03-07:00", "2011-06-30T00:00:03-7:00"),
  fc.constantFrom("30/Jun/2011:00:00:03 -0700", "2011-06-30T00:00:03+24:00", "-", "1309392003"),
  fc.constantFrom("\0\0\0\0\0\0\0\0\0\0\x0001:02:03\0\0\0\0\0\0", "2011-06-30T00:00:03:07:00"),
  anyBytes,
);

/** Numbers that are odd, right or wrong. */
export const oddNumber = fc.oneof(
  fc.constantFrom(
    "",
    ".",
    "-",
    "+",
    "5.",
    ".5",
    "-.5",
    "+1.25",
    "1.2345670",
    "1.2345678",
    "1e3",
    "1E-2",
  ),
  fc.constantFrom("9223372036854.775807", "9223372036854.775808", "-9223372036854.775807", "0x10"),
  fc.constantFrom("9223372036854.775806", "00000000000000000000000001.5", "1.5000000000000000000"),
  fc.constantFrom("-0", "1 ", " 1", "1..2", "1.2.3", "12345678901234567890", "999999999999.999999"),
  fc.constantFrom("5e-05", "1.5e+1", "0e999999999", "1e999999999", "1e-999999999", "1.50e1", "e5"),
  fc.constantFrom(
    "1234567890123.45",
    "1234567890.123456",
    "12345678901234.5",
    "0.0000000000000000",
  ),
  anyBytes,
);

const money = fc
  .tuple(fc.integer({ min: 0, max: 99 }), fc.integer({ min: 0, max: 999_999 }))
  .map(([whole, fraction]) => `${whole}.${String(fraction).padStart(6, "0")}`);

const eventName = fc.constantFrom("click", "impression", "conversion", "test", "view");
const userName = fc
  .integer({ min: 0, max: 300 })
  .map((user) => `user-${"0".repeat(user % 40)}${user}`);
const campaignName = fc.constantFrom("c1", "c2", "a campaign with a long name", '"c,3"', "");

const adsBody = fc.oneof(
  fc
    .tuple(
      mostly(eventName, hostileText),
      mostly(userName, hostileText),
      mostly(campaignName, hostileText),
      mostly(fc.constant("p1"), hostileText),
      mostly(money, oddNumber),
    )
    .map(([e, user, campaign, placement, amount]) => ({
      program: "EVT_V1",
      body: `${e},${user},${campaign},${placement},728x90,10.0.0.1,${amount}`,
    })),
  fc
    .tuple(
      mostly(userName, hostileText),
      mostly(eventName, hostileText),
      mostly(fc.constantFrom("1", "-20", ""), oddNumber),
      mostly(campaignName, hostileText),
      fc.constantFrom("", ",x", ",x,y", ',"z"'),
    )
    .map(([user, e, extra, campaign, more]) => ({
      program: "a-program-with-a-long-name",
      body: `${user},${e},${extra},${campaign}${more}`,
    })),
);

const adsLine = fc
  .tuple(
    mostly(isoTimestamp, oddTimestamp),
    mostly(fc.constantFrom("h1", "host-2.example.net"), fc.constantFrom("", "a,b", "h".repeat(80))),
    adsBody,
    mostly(fc.constant(""), fc.constantFrom("x", "EVT", "EVT_V10", "a-program-with-a-long-nama")),
  )
  .map(([timestamp, host, { program, body }, other]) =>
    [timestamp, host, other === "" ? program : other, body].join(" "),
  );

const brokenLine = fc.oneof(
  fc.constantFrom(
    "",
    " ",
    "\t \r",
    "\v\f",
    "x",
    "a b",
    "a b c",
    "a b EVT_V1",
    "a b EVT_V1 ",
    "\t \t \t ",
  ),
  anyBytes,
);

const requestText = mostly(
  fc.constantFrom(
    "GET / HTTP/1.1",
    "POST /a/b?c=d HTTP/2.0",
    "GET /a HTTP/1.1",
    "HEAD /x HTTP/1.0",
  ),
  fc.constantFrom(
    "-",
    "",
    " ",
    "GET",
    "GET /",
    "GET /a b HTTP/1.1",
    "- /a -",
    "GET  HTTP/1.1",
    "GET HTTP/1.1",
    "\\x16\\x03",
    'GET /\\" HTTP/1.1',
    "GET / HTTP",
    "a\\",
    'a" b',
  ),
);
const accessTimestamp = mostly(
  fc
    .tuple(
      two(1, 30),
      two(0, 23),
      two(0, 59),
      fc.constantFrom(" -0700", " +0000", "", " +05:30", " Z"),
    )
    .map(([day, hour, minute, offset]) => `${day}/Jun/2011:${hour}:${minute}:59${offset}`),
  fc.oneof(oddTimestamp, fc.constantFrom("31/Jun/2011:00:00:00 +0000", "01/Jui/2011:00:00:00", "")),
).map((text) => text.replaceAll("]", ""));
const accessLine = fc
  .tuple(
    mostly(fc.constantFrom("127.0.0.1", "::1", "-"), hostileText),
    mostly(
      fc.constantFrom("-", "- -", "- john doe", "id frank"),
      fc.constantFrom("", " [", "[ [", "- ", "a  ["),
    ),
    accessTimestamp,
    requestText,
    mostly(fc.constantFrom("200", "404", "503"), fc.constantFrom("-", "", "ok", "200.0")),
    mostly(fc.constantFrom("512", "-", "0"), fc.oneof(oddNumber, hostileText)),
    mostly(
      fc.constantFrom(' "-" "Mozilla/5.0 (X11)"', ' "http://a/b" "x \\"y\\""', ' "" "-" 0.003'),
      fc.constantFrom("", ' "a"', ' "a" "b', ' "a" "b"c', " x", ' "a"  "b"', ' "a\\" "b"', " "),
    ),
  )
  .map(
    ([ip, names, time, request, code, bytes, rest]) =>
      `${ip} ${names} [${time}] "${request}" ${code} ${bytes}${rest}`,
  );

function contentOf(line: fc.Arbitrary<string>): fc.Arbitrary<Buffer> {
  const ending = fc.oneof(
    { weight: 20, arbitrary: fc.constant("\n") },
    { weight: 3, arbitrary: fc.constant("\r\n") },
    { weight: 1, arbitrary: fc.constantFrom("\n\n", "\n \n", "\r\r\n") },
  );
  const lines = fc.array(fc.tuple(line, ending), { maxLength: 80, size: "max" });
  return fc.tuple(lines, fc.boolean()).map(([pairs, unfinished]) => {
    const text = pairs.map(([content, end]) => content.replaceAll("\n", "") + end).join("");
    return Buffer.from(unfinished ? text.replace(/\r?\n$/, "") : text, "latin1");
  });
}

const usually = (line: fc.Arbitrary<string>): fc.Arbitrary<string> => mostly(line, brokenLine);

export const adsContent = contentOf(usually(adsLine));
export const accessContent = contentOf(usually(accessLine));
