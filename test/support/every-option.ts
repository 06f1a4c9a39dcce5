// A configuration that gives every option of the schema or has its default, and the files of its sources: as the
// first run finds them, and what the second finds in addition.

import { fileURLToPath } from "node:url";
import type { ConfigValue, InputFile } from "./store-runs.ts";

export const payload = (fields: readonly string[]): ConfigValue => ({ type: "csv", fields });

export const metrics = {
  n: { type: "count" },
  clicks: { type: "count", where: 'event == "click"' },
  total: { type: "sum", field: "amount", scale: 2 },
  dear: { type: "sum", field: "amount", scale: 2, where: "amount > 1" },
  least: { type: "min", field: "amount", scale: 2, where: 'event != "view"' },
  greatest: { type: "max", field: "amount", scale: 2, where: 'event == "view"' },
  users: { type: "hll", field: "user", log2m: 8, regwidth: 5, where: 'event != "test"' },
  mean: { type: "avg", field: "amount", scale: 2, where: 'event != "view"' },
  spread: { type: "stddev", field: "amount", scale: 2, where: 'event != "view"' },
  whole_spread: { type: "stddev_pop", field: "amount", scale: 2, where: 'event != "view"' },
  opening: { type: "first", field: "amount", scale: 2, where: 'event != "view"' },
  closing: { type: "last", field: "amount", scale: 2, where: 'event != "view"' },
  share: { type: "derived", expr: "clicks / n" },
};

/** A file of values, wherever the configuration is. */
export const lookupFile = (name: string): string =>
  fileURLToPath(new URL(`../golden/files/lookups/${name}`, import.meta.url));

/** Every option of the schema is given here, or has its default. */
export const base = {
  data_dir: "./data",
  timezone: "UTC",
  lookups: {
    users: { type: "csv", path: lookupFile("users.csv"), key: "number" },
    countries: { type: "mmdb", path: lookupFile("countries.mmdb") },
  },
  sources: {
    ads: {
      type: "file",
      include: ["ads/*.log"],
      exclude: ["ads/old*"],
      format: {
        type: "rsyslog",
        payloads: { E: payload(["event", "user", "amount", "at", "extra"]) },
      },
      max_line_bytes: 60,
    },
    more: {
      type: "file",
      include: ["more/*"],
      format: { type: "rsyslog", payloads: { E: payload(["event", "user", "amount"]) } },
    },
    web: {
      type: "file",
      include: ["web/*"],
      format: { type: "common" },
      where: "lower(method) != 'head'",
    },
    api: {
      type: "file",
      pool: "default",
      include: ["api/*"],
      format: { json: { timestamp: "at", user: "user.id", code: "code", tags: "tags[*]" } },
      fields: {
        who: 'concat("user ", name, known, from)',
        name: "lower(user)",
        unused: "prefix(code, 2)",
        known: 'coalesce(lookup(code, "users", "name"), "nobody")',
        from: 'coalesce(geoip(user, "country"), "nowhere")',
      },
    },
    docs: {
      type: "file",
      include: ["docs/*"],
      format: { json: { timestamp: "at", user: "user.id", code: "code" } },
    },
    proxy: {
      type: "file",
      include: ["proxy/*"],
      format: { nginx: '$time_iso8601 $remote_addr "$http_referer" $status', escape: "default" },
    },
    box: {
      type: "file",
      include: ["box/*"],
      format: { docker: { pairs: { user: "u", code: "c" } } },
    },
    pod: {
      type: "file",
      include: ["pod/*"],
      format: { cri: { pairs: { user: "u", code: "c" } } },
    },
    jobs: { type: "file", include: ["jobs/*"], format: { pairs: { timestamp: "t", user: "u" } } },
    iis: { type: "file", include: ["iis/*"], format: { w3c: {} } },
    flows: { type: "file", include: ["flows/*"], format: { zeek: {} } },
    headed: {
      type: "file",
      include: ["headed/*"],
      format: { columns: ["timestamp", "user"], header: true },
    },
    sys: {
      type: "file",
      include: ["sys/*"],
      format: { type: "syslog", sd: { user: "o@1.u" }, payloads: { app: { pairs: ["code"] } } },
    },
    chat: {
      type: "file",
      include: ["chat/*"],
      format: { type: "syslog", format: { pairs: ["user", "code"] } },
    },
    table: {
      type: "file",
      include: ["table/*"],
      format: { columns: ["timestamp", "user", "code"] },
    },
  },
  summaries: {
    events: { from: ["ads"], dimensions: ["event"], where: 'user != "u9"', max_rows: 100, metrics },
    visits: {
      from: ["table", "headed"],
      dimensions: ["user"],
      metrics: { n: { type: "count" } },
    },
    clients: {
      from: ["iis", "flows"],
      dimensions: ["ip"],
      metrics: { n: { type: "count" } },
    },
    hits: {
      from: ["web"],
      granularity: "day",
      dimensions: ["status"],
      metrics: { n: { type: "count" }, bytes: { type: "sum", field: "bytes" } },
    },
    proxied: {
      from: ["proxy"],
      dimensions: ["referrer", "ip"],
      metrics: { n: { type: "count" } },
    },
    logged: { from: ["sys"], dimensions: ["user", "code"], metrics: { n: { type: "count" } } },
    said: { from: ["chat"], dimensions: ["user"], metrics: { n: { type: "count" } } },
    contained: { from: ["pod"], dimensions: ["user"], metrics: { n: { type: "count" } } },
    boxed: { from: ["box"], dimensions: ["user"], metrics: { n: { type: "count" } } },
    done: { from: ["jobs"], dimensions: ["user"], metrics: { n: { type: "count" } } },
    tagged: {
      from: ["api"],
      dimensions: ["tags", "user"],
      explode: "tags",
      metrics: { n: { type: "count" } },
    },
    callers: { from: ["api"], dimensions: ["who"], metrics: { n: { type: "count" } } },
    documents: { from: ["docs"], dimensions: ["user"], metrics: { n: { type: "count" } } },
    calls: { from: ["api"], dimensions: ["user"], metrics: { n: { type: "count" } } },
  },
  outputs: { files: { type: "csv", path: "out/{summary}/{bucket}.csv" } },
};
export type Base = typeof base;

const hosts = (bytes: string): string =>
  `192.0.2.1 - - [01/Jan/2020:23:59:58 +0000] "GET / HTTP/1.1" 200 ${bytes}`;
const referred = `${hosts("7")} "http://a.example/" "UA"`;
const lines = (...all: readonly string[]): string => all.map((line) => `${line}\n`).join("");
const event = (time: string, body: string): string => `2020-01-${time} h E ${body}`;

/** The files as the first run finds them, and what the second finds in addition. */
export const firstFiles: readonly InputFile[] = [
  {
    path: "ads/a.log",
    text: lines(
      event("01T23:30:00", "click,u1,1.50,2020-02-01T00:00:00Z,x"),
      event("02T00:10:00Z", "view,u2,0.75,2020-02-02T00:00:00Z"),
      event("02T00:10:00Z", "view,u2,1.005,-,"),
      event("03T00:00:00", "test,u9,,,a line that is longer than the limit allows"),
      event("03T00:00:00", "view"),
      event("04T00:00:00Z", "buy,u9,-2,2020-02-03T00:00:00Z,z"),
    ),
  },
  { path: "ads/old.log", text: lines(event("05T00:00:00Z", "click,u4,3,,")) },
  { path: "ads/linked.log", text: lines(event("06T00:00:00Z", "click,u5,3,,")), isLinked: true },
  { path: "more/a", text: lines(event("07T00:00:00Z", "view,u6,4")) },
  { path: "extra/a", text: lines(event("08T00:00:00Z", "view,u7,4,,")) },
  { path: "web/a", text: lines(hosts("5"), referred) },
  {
    path: "box/a",
    text: lines(
      '{"log":"u=::1 c=2 user=a\\n","stream":"stdout","time":"2020-01-04T00:00:00Z"}',
      '{"log":"u=5 c=6","stream":"stdout","time":"2020-01-04T00:00:00Z"}',
    ),
  },
  {
    path: "pod/a",
    text: lines(
      "2020-01-04T00:00:00Z stdout F u=::1 c=2 user=a",
      "2020-01-04T00:00:00Z stderr P u=5 c=6",
      "2020-01-04T00:00:00Z stderr F u=7 c=8",
    ),
  },
  {
    path: "sys/a",
    text: lines(
      '<13>1 2020-01-04T00:00:00Z h app - ::1 [o@1 u="::1" v="b"] code=7 more=8',
      "<13>Jan  4 00:00:00 h app[::2]: code=2 more=3",
      "2020-01-04T00:00:00Z h other: code=2",
    ),
  },
  { path: "chat/a", text: lines("2020-01-04T00:00:00Z h a: user=::1 code=::2") },
  { path: "jobs/a", text: lines("t=2020-01-04T00:00:00Z u=::1 v=2 user=a", "u=5 v=6") },
  {
    path: "proxy/a",
    text: lines(
      '2020-01-03T00:00:00Z ::1 "a" 200',
      '2020-01-03T00:00:00Z 0:0::1 "a\\"b" 200',
      '2020-01-03T00:00:00Z - "-" -',
    ),
  },
  {
    path: "iis/a",
    text: lines(
      "#Fields: date time c-ip x-more sc-status",
      "2020-01-03 00:00:00 ::1 a 200",
      "#Fields: time date c-ip sc-status",
      "00:00:00 2020-01-03 0:0::1 404",
    ),
  },
  {
    path: "flows/a",
    text: lines(
      "#fields\tts\tid.orig_h\tx.more\tuid",
      "1578009600.5\t::1\ta\tC1",
      "1578009600\t0:0::1\t-\t5",
    ),
  },
  { path: "headed/a", text: lines("user,timestamp,code", "u1,2020-01-03T00:00:00Z,200") },
  {
    path: "table/a",
    text: lines(
      "#timestamp,user,code",
      '2020-01-03T00:00:00Z,"::1",200',
      "2020-01-03T00:00:00Z,-,5",
    ),
  },
  {
    path: "docs/a",
    text: lines(
      '{"at":"2020-01-03T00:00:00Z","user":{"id":"::1","name":"n"},"code":200}',
      '{"at":"2020-01-03T00:00:00Z","user":{"id":"0:0::1","name":"n"}}',
    ),
  },
  {
    path: "api/a",
    text: lines(
      '{"at":"2020-01-03T00:00:00Z","user":{"id":"::1","name":"n"},"code":200,"tags":["a","b"]}',
      '{"at":"2020-01-03T00:00:00Z","user":{"id":"0:0::1","name":"n"}}',
    ),
  },
];

export function grown(files: readonly InputFile[]): readonly InputFile[] {
  return files.map((file) => ({ ...file, text: file.text + file.text.replaceAll("2020", "2021") }));
}
