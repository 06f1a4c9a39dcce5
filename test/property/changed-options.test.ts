// Whatever option of the configuration is changed between two runs: the store then holds what a fresh one
// would, or the change is refused by name. The test walks the schema of all options, and fails for one
// that it does not know how to change, so that none can be forgotten.

import { describe, expect, it } from "vitest";
import { LogmillError } from "../../src/shared/base/errors.ts";
import { jsonPresetNames } from "../../src/shared/config/format/json-presets.ts";
import {
  configJsonSchema,
  shapeKey,
  type JsonSchema,
} from "../../src/shared/config/json-schema.ts";
import { presetNames } from "../../src/shared/config/format/presets.ts";
import { MemoryFileSystem } from "../support/memory-file-system.ts";
import { metricChanges } from "../support/changed-metrics.ts";
import { containerChanges } from "../support/changed-containers.ts";
import { outputChanges } from "../support/changed-outputs.ts";
import { syslogChanges, typed, type Change } from "../support/changed-syslog.ts";
import {
  base,
  firstFiles,
  grown,
  lookupFile,
  payload,
  type Base,
} from "../support/every-option.ts";
import {
  configOf,
  openConfigured,
  runOnce,
  type ConfigValue,
  type RunResult,
} from "../support/store-runs.ts";

type Changes = Readonly<Record<string, readonly Change[]>>;

const events =
  (change: (summary: ConfigValue) => void): Change =>
  (config) =>
    change(config.summaries.events);
const ads =
  (options: ConfigValue): Change =>
  (config) =>
    Object.assign(config.sources.ads, options);
const box =
  (options: ConfigValue): Change =>
  (config) =>
    Object.assign(config.sources.box.format, options);
const jobs =
  (options: ConfigValue): Change =>
  (config) =>
    Object.assign(config.sources.jobs.format, options);
const api =
  (options: ConfigValue): Change =>
  (config) =>
    Object.assign(config.sources.api.format, options);
const apiFields =
  (options: ConfigValue): Change =>
  (config) =>
    Object.assign(config.sources.api.fields, options);
const table =
  (options: ConfigValue): Change =>
  (config) =>
    Object.assign(config.sources.table.format, options);
const role =
  (name: string, options: ConfigValue): Change =>
  (config) =>
    Object.assign(config, { [name]: options });
const lookup = (name: keyof Base["lookups"], options: ConfigValue): Change =>
  role("lookups", { ...base.lookups, [name]: { ...base.lookups[name], ...options } });
const proxy =
  (options: ConfigValue): Change =>
  (config) =>
    Object.assign(config.sources.proxy.format, options);
const columns =
  (fields: readonly string[]): Change =>
  (config) =>
    Object.assign(config.sources.ads.format.payloads.E, { fields });
/** The format of proxies, told in another way. */
const proxyAs = (format: ConfigValue): readonly Change[] => [
  (config) => Object.assign(config.sources.proxy, { format }),
];
const shape = (name: string, format: ConfigValue): Changes => {
  const of = `sources.NAME<file>.format<${name}>`;
  const read = (options: ConfigValue) => proxyAs({ ...format, ...options });
  return {
    [`${of}.fields.NAME<ip>.type`]: read(typed("ip")),
    [`${of}.timestamp.form`]: read({ timestamp: { form: "yyyy-MM-dd'T'HH:mm:ss[Z]" } }),
    [`${of}.timestamp.from`]: read({ timestamp: { from: ["referrer"] } }),
    [`${of}.timestamp.year`]: read({ timestamp: { form: "rfc3164", year: 2020 } }),
  };
};
const apache = '%{%FT%T%z}t %h "%{Referer}i" %s';
const goaccess = { goaccess: '%x %h "%R" %s', datetime_format: "%FT%T%z" };

/** The options of every format that say how the time is read. */
const times = (format: string, source: keyof Base["sources"], field: string): Changes => {
  const read = (timestamp: ConfigValue): readonly Change[] => [
    (config) => Object.assign(config.sources[source].format, { timestamp }),
  ];
  const option = `sources.NAME<file>.format<${format}>.timestamp`;
  return {
    [`${option}.form`]: read({ form: "yyyy-MM-dd'T'HH:mm:ss[Z]" }),
    [`${option}.from`]: read({ from: [field] }),
    [`${option}.year`]: read({ form: "rfc3164", year: 2020 }),
  };
};

/** What a source of JSON may be in place of its paths: one whose paths have a name. */
const named = (options: ConfigValue): Change[] => [
  (config) => Object.assign(config.sources.docs, { format: { type: "caddy", ...options } }),
];
const presets = `sources.NAME<file>.format<${jsonPresetNames.join("|")}>`;

/** How each option is changed. Inputs may only become more: what is gone stays counted. */
const changes: Changes = {
  ...times("rsyslog", "ads", "at"),
  ...times("json", "api", "code"),
  ...times("nginx", "proxy", "referrer"),
  ...times("docker", "box", "code"),
  ...times("cri", "pod", "code"),
  ...times("syslog", "sys", "msgid"),
  ...times("pairs", "jobs", "user"),
  ...times("columns", "table", "code"),
  ...times("w3c", "iis", "x-host-header"),
  ...times("zeek", "flows", "uid"),
  ...times("common|combined|vhost_common|vhost_combined", "web", "status"),
  data_dir: [role("data_dir", "./other" as unknown as ConfigValue)],
  timezone: [role("timezone", "America/New_York" as unknown as ConfigValue)],
  "cluster.tasks": [role("cluster", { tasks: "tcp://127.0.0.1:6000" })],
  "cluster.results": [role("cluster", { results: "tcp://127.0.0.1:6000" })],
  "cluster.acks": [role("cluster", { acks: "tcp://127.0.0.1:6000" })],
  "cluster.batch.max_bytes": [role("cluster", { batch: { max_bytes: "8KiB" } })],
  "cluster.max_in_flight": [role("cluster", { max_in_flight: 3 })],
  "cluster.ack_timeout": [role("cluster", { ack_timeout: "3s" })],
  "cluster.batch_timeout": [role("cluster", { batch_timeout: "9s" })],
  "cluster.drain_timeout": [role("cluster", { drain_timeout: "9s" })],
  "cluster.security.keys": [role("cluster", { security: { keys: "keys" } })],
  "store.live_max_bytes": [role("store", { live_max_bytes: "2MiB" })],
  "store.flush_interval": [role("store", { flush_interval: "9s" })],
  "http.host": [role("http", { host: "127.0.0.2" })],
  "http.port": [role("http", { port: 1234 })],
  "http.token_file": [role("http", { token_file: "token" })],
  "lookups.NAME<mmdb>.type": [],
  "lookups.NAME<mmdb>.path": [lookup("countries", { path: lookupFile("other-countries.mmdb") })],
  "lookups.NAME<csv>.type": [],
  "lookups.NAME<csv>.path": [lookup("users", { path: lookupFile("other-users.csv") })],
  "lookups.NAME<csv>.key": [lookup("users", { key: "id" })],
  "sources.NAME<file>.type": [],
  "sources.NAME<file>.pool": [ads({ pool: "v2" })],
  "sources.NAME<file>.include": [ads({ include: ["ads/*.log", "extra/*"] })],
  "sources.NAME<file>.exclude": [ads({ exclude: [] })],
  "sources.NAME<file>.follow_links": [ads({ follow_links: true })],
  "sources.NAME<file>.last_line": [ads({ last_line: "count" })],
  "sources.NAME<file>.max_line_bytes": [ads({ max_line_bytes: 200 }), ads({ max_line_bytes: 40 })],
  "sources.NAME<file>.fields.NAME": [
    apiFields({ who: 'concat("caller ", name)' }),
    apiFields({ name: "prefix(user, 1)" }),
    apiFields({ unused: "prefix(code, 1)", more: "lower(code)" }),
  ],
  "sources.NAME<file>.where": [
    (config) => Object.assign(config.sources.web, { where: "bytes != 5" }),
    (config) => delete (config.sources.web as ConfigValue)["where"],
    ads({ where: 'event != "buy"' }),
    apiFields({ name: "prefix(user, 2)" }),
  ],
  "sources.NAME<file>.format<rsyslog>.type": [
    (config) =>
      Object.assign(config.sources.web, {
        format: { type: "rsyslog", payloads: { E: payload(["method", "status", "bytes"]) } },
      }),
  ],
  "sources.NAME<file>.format<rsyslog>.payloads.NAME<csv>.type": [],
  "sources.NAME<file>.format<rsyslog>.payloads.NAME<csv>.fields": [
    columns(["user", "event", "amount", "at", "extra"]),
    columns(["event", "user", "", "at", "amount"]),
    (config) => Object.assign(config.sources.ads.format.payloads, { F: payload(["event"]) }),
  ],
  "sources.NAME<file>.format<rsyslog>.fields.NAME<ip>.type": [
    (config) => Object.assign(config.sources.ads.format, typed("extra")),
  ],
  "sources.NAME<file>.format<common|combined|vhost_common|vhost_combined>.fields.NAME<ip>.type": [
    (config) => Object.assign(config.sources.web.format, typed("status")),
  ],
  "sources.NAME<file>.format<common|combined|vhost_common|vhost_combined>.type": [
    (config) => Object.assign(config.sources.web.format, { type: "combined" }),
  ],
  "sources.NAME<file>.format<nginx>.nginx": [
    proxy({ nginx: '$time_iso8601 $remote_addr "$http_referer" $http_x' }),
    proxy({ nginx: '${time_iso8601} ${remote_addr} "${http_referer}" $status' }),
  ],
  "sources.NAME<file>.format<nginx>.escape": [proxy({ escape: "json" }), proxy({ escape: "none" })],
  "sources.NAME<file>.format<nginx>.fields.NAME<ip>.type": [proxy(typed("ip"))],
  ...shape("apache", { apache }),
  "sources.NAME<file>.format<apache>.apache": [
    ...proxyAs({ apache }),
    ...proxyAs({ apache: apache.replace("%s", "%>s %b") }),
  ],
  ...shape("goaccess", goaccess),
  "sources.NAME<file>.format<goaccess>.goaccess": proxyAs({
    ...goaccess,
    goaccess: '%x %h "%R" %^',
  }),
  "sources.NAME<file>.format<goaccess>.datetime_format": proxyAs({
    ...goaccess,
    datetime_format: "%Y/%m/%d",
  }),
  "sources.NAME<file>.format<goaccess>.date_format": proxyAs({
    ...goaccess,
    date_format: "%F",
  }),
  "sources.NAME<file>.format<goaccess>.time_format": proxyAs({
    ...{ goaccess: '%dT%t%^ %h "%R" %s', date_format: "%F", time_format: "%T" },
  }),
  ...shape(presetNames.join("|"), { type: "nginx_main" }),
  [`sources.NAME<file>.format<${presetNames.join("|")}>.type`]: proxyAs({ type: "nginx_main" }),
  "sources.NAME<file>.format<json>.json.NAME": [
    api({ json: { timestamp: "at", user: "user.name", code: "code", tags: "tags[*]" } }),
    api({ json: { timestamp: "at", user: "user.id", code: "user.name", tags: "tags[*]" } }),
    api({ json: { timestamp: "at", user: "user.id", code: "code", tags: "user.id[*]" } }),
  ],
  "sources.NAME<file>.format<json>.fields.NAME<ip>.type": [api(typed("user")), api(typed("code"))],
  "sources.NAME<file>.format<docker>.docker": [
    box({ docker: { pairs: { user: "c" } } }),
    box({ docker: { pairs: ["user"] } }),
  ],
  "sources.NAME<file>.format<docker>.fields.NAME<ip>.type": [box(typed("user"))],
  ...containerChanges,
  ...syslogChanges,
  "sources.NAME<file>.format<pairs>.pairs": [
    jobs({ pairs: { timestamp: "t", user: "v" } }),
    jobs({ pairs: ["timestamp", "user"] }),
  ],
  "sources.NAME<file>.format<pairs>.fields.NAME<ip>.type": [jobs(typed("user"))],
  "sources.NAME<file>.format<columns>.columns": [
    table({ columns: ["timestamp", "code", "user"] }),
    table({ columns: ["timestamp", "user", "code", "more"] }),
  ],
  "sources.NAME<file>.format<columns>.header": [
    (config) => Object.assign(config.sources.headed.format, { header: false }),
    table({ header: true }),
  ],
  "sources.NAME<file>.format<w3c>.w3c.more": [
    (config) => Object.assign(config.sources.iis.format, { w3c: { more: ["x-more"] } }),
  ],
  "sources.NAME<file>.format<w3c>.fields.NAME<ip>.type": [
    (config) => Object.assign(config.sources.iis.format, typed("ip")),
  ],
  "sources.NAME<file>.format<zeek>.zeek.more": [
    (config) => Object.assign(config.sources.flows.format, { zeek: { more: ["x_more"] } }),
  ],
  "sources.NAME<file>.format<zeek>.fields.NAME<ip>.type": [
    (config) => Object.assign(config.sources.flows.format, typed("ip")),
  ],
  "sources.NAME<file>.format<columns>.delimiter": [table({ delimiter: ";" })],
  "sources.NAME<file>.format<columns>.quote": [table({ quote: "none" })],
  "sources.NAME<file>.format<columns>.comments": [table({ comments: "#" })],
  "sources.NAME<file>.format<columns>.missing": [table({ missing: ["-"] })],
  "sources.NAME<file>.format<columns>.fields.NAME<ip>.type": [table(typed("user"))],
  [`${presets}.type`]: named({}),
  [`${presets}.fields.NAME<ip>.type`]: named(typed("ip")),
  [`${presets}.timestamp.form`]: named({ timestamp: { form: "epoch_s" } }),
  [`${presets}.timestamp.from`]: named({ timestamp: { from: ["logger"] } }),
  [`${presets}.timestamp.year`]: named({ timestamp: { form: "rfc3164", year: 2020 } }),
  tests: [(config) => Object.assign(config, { tests: [{ lines: ["noise"], expect: {} }] })],
  "summaries.NAME.from": [
    events((summary) => (summary["from"] = ["ads", "more"])),
    events((summary) => (summary["from"] = ["more"])),
  ],
  "summaries.NAME.timestamp": [events((summary) => (summary["timestamp"] = "at"))],
  "summaries.NAME.granularity": [events((summary) => (summary["granularity"] = "hour"))],
  "summaries.NAME.dimensions": [
    events((summary) => (summary["dimensions"] = ["user"])),
    events((summary) => (summary["dimensions"] = ["event", "user"])),
  ],
  "summaries.NAME.explode": [
    (config) => {
      Object.assign(config.summaries.tagged, { explode: { field: "user", delimiter: "1" } });
      config.summaries.tagged.dimensions = ["user"];
    },
    (config) =>
      Object.assign(config.summaries.calls, { explode: { field: "user", delimiter: "u" } }),
  ],
  "summaries.NAME.where": [
    events((summary) => (summary["where"] = 'event == "click"')),
    events((summary) => delete summary["where"]),
  ],
  "summaries.NAME.max_rows": [events((summary) => (summary["max_rows"] = 1))],
  ...metricChanges,
  ...outputChanges,
};

/** Options by path; a branch of a union is named by what its `type` may be, or by the key that it must have. */
function optionPaths(schema: JsonSchema, path = ""): string[] {
  const below = schema.additionalProperties;
  const branches = (schema.oneOf ?? []).flatMap((branch) =>
    optionPaths(branch, path + nameOf(branch)),
  );
  const named = typeof below === "object" ? optionPaths(below, `${path}.NAME`) : [];
  const own = Object.entries(schema.properties ?? {}).flatMap(([key, option]) =>
    optionPaths(option, `${path}.${key}`),
  );
  const all = [...branches, ...named, ...own];
  return all.length > 0 ? all : [path.replace(/^\./, "")];
}

function nameOf(branch: JsonSchema): string {
  const type = branch.properties?.["type"];
  return type === undefined
    ? `<${shapeKey(branch)}>`
    : `<${type.const === undefined ? (type.enum ?? []).join("|") : (type.const as string)}>`;
}

const copy = (): Base => JSON.parse(JSON.stringify(base)) as Base;

function changed(change: Change): Base {
  const config = copy();
  change(config);
  return config;
}

type Outcome = RunResult | "refused";

async function secondRun(disk: MemoryFileSystem, config: Base): Promise<Outcome> {
  try {
    return await runOnce(disk, configOf(config), grown(firstFiles));
  } catch (error) {
    if (error instanceof LogmillError && error.code === "definition_changed") return "refused";
    throw error;
  }
}

async function fresh(config: Base): Promise<RunResult> {
  return await runOnce(new MemoryFileSystem(), configOf(config), grown(firstFiles));
}

const unchanged = once(() => fresh(copy()));
const begun = once(async () => {
  const disk = new MemoryFileSystem();
  await runOnce(disk, configOf(copy()), firstFiles);
  return disk.paths().map((path) => ({ path, bytes: disk.file(path).slice() }));
});

/** What a first run with the unchanged options leaves. */
async function begunDisk(): Promise<MemoryFileSystem> {
  const disk = new MemoryFileSystem();
  for (const { path, bytes } of await begun()) disk.place(path, bytes);
  return disk;
}

function once<Result>(make: () => Promise<Result>): () => Promise<Result> {
  let made: Promise<Result> | null = null;
  return () => (made ??= make());
}

const without = ({ tables, sheets }: RunResult) => ({ tables, sheets });

const cases = Object.entries(changes).flatMap(([option, list]) =>
  list.map((change, index) => ({ name: `${option}, change ${index + 1}`, change })),
);

describe("a changed option", () => {
  it("is one that this test knows how to change", () => {
    expect([...new Set(optionPaths(configJsonSchema()))].sort()).toEqual(
      Object.keys(changes).sort(),
    );
  });

  it.each(cases)("$name: is refused, or gives what a fresh store holds", async ({ change }) => {
    const disk = await begunDisk();
    const config = changed(change);
    const outcome = await secondRun(disk, config);
    if (outcome !== "refused") {
      expect(without(outcome)).toEqual(without(await fresh(config)));
      return;
    }
    // What was refused has changed nothing, and the way out leads to what a fresh store holds.
    const before = await runOnce(disk, configOf(copy()), grown(firstFiles));
    expect(without(before)).toEqual(without(await unchanged()));
    for (const name of Object.keys(config.summaries)) {
      const store = await openConfigured(disk, { ...configOf(config), plan: nothing });
      await store.drop((await store.summaries()).find((summary) => summary.name === name)!.key);
    }
    expect(without((await secondRun(disk, config)) as RunResult)).toEqual(
      without(await fresh(config)),
    );
  });
});

const nothing = { ...configOf(copy()).plan, summaries: [], sources: [] };
