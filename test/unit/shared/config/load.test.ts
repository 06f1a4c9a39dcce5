import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { LogmillError } from "../../../../src/shared/base/errors.ts";
import { ConfigError } from "../../../../src/shared/config/diagnostics.ts";
import { loadConfig, parseConfig } from "../../../../src/shared/config/load.ts";
import { faultsOf, leastConfig } from "../../../support/config-text.ts";

const full = `
data_dir: data
timezone: Europe/Berlin
cluster:
  tasks: tcp://ventilator:1001
  results: tcp://sink:1002
  acks: ipc:///run/acks
  batch: { max_bytes: 64KiB }
  max_in_flight: 8
  ack_timeout: 1m
store: { live_max_bytes: 16MiB, flush_interval: 500ms }
http: { host: 0.0.0.0, port: 0 }
sources:
  ads:
    type: file
    include: ["logs/*.log"]
    exclude: ["logs/old-*.log"]
    max_line_bytes: 1KiB
    format:
      type: rsyslog
      payloads:
        EVT_V1: { type: csv, fields: [event, user, "", revenue] }
summaries:
  users:
    from: [ads]
    timestamp: timestamp
    granularity: hour
    dimensions: [event, host]
    where: event != "test"
    metrics:
      events: { type: count, where: revenue > 0 }
      revenue: { type: sum, field: revenue, scale: 6, where: revenue > 0 }
      least: { type: min, field: revenue }
      most: { type: max, field: revenue, scale: 2 }
      mean: { type: avg, field: revenue, scale: 2 }
      users: { type: distinct, field: user, log2m: 14, regwidth: 6 }
      each: { type: derived, expr: revenue / users }
outputs:
  files: { type: csv, summaries: [users], path: "out/{summary}/{bucket}.csv", bounds: true }
`;

const positive = {
  op: ">",
  left: { op: "field", name: "revenue" },
  right: { op: "number", text: "0" },
};

describe("a complete configuration", () => {
  const config = parseConfig(full, "/etc/logmill/logmill.yaml", {});

  it("is resolved with absolute paths and units in its names", () => {
    expect(config).toMatchObject({
      path: "/etc/logmill/logmill.yaml",
      dataDir: "/etc/logmill/data",
      timezone: "Europe/Berlin",
      cluster: {
        tasks: "tcp://ventilator:1001",
        results: "tcp://sink:1002",
        acks: "ipc:///run/acks",
        batch: { maxBytes: 65_536 },
        maxInFlight: 8,
        ackTimeoutMs: 60_000,
        security: { keys: null },
      },
      store: { liveBytesMax: 16 * 1024 * 1024, flushIntervalMs: 500 },
      http: { host: "0.0.0.0", port: 0, tokenFile: null },
    });
    expect(config.sources).toEqual([
      {
        name: "ads",
        type: "file",
        include: ["logs/*.log"],
        exclude: ["logs/old-*.log"],
        followLinks: false,
        lastLine: "wait",
        pool: "default",
        maxLineBytes: 1024,
        computed: [],
        format: {
          type: "rsyslog",
          payloads: [{ program: "EVT_V1", type: "csv", fields: ["event", "user", "", "revenue"] }],
        },
      },
    ]);
    expect(config.outputs).toEqual([
      {
        name: "files",
        type: "csv",
        summaries: ["users"],
        path: "/etc/logmill/out/{summary}/{bucket}.csv",
        bounds: true,
        bucket: false,
      },
    ]);
  });

  it("has its metrics in order, with expressions as data", () => {
    expect(config.summaries[0]?.where).toEqual({
      op: "!=",
      left: { op: "field", name: "event" },
      right: { op: "string", value: "test" },
    });
    expect(config.summaries[0]?.metrics).toEqual([
      { name: "events", type: "count", where: positive },
      { name: "revenue", type: "sum", field: "revenue", scale: 6, where: positive },
      { name: "least", type: "min", field: "revenue", scale: 0 },
      { name: "most", type: "max", field: "revenue", scale: 2 },
      { name: "mean", type: "avg", field: "revenue", scale: 2 },
      { name: "users", type: "hll", field: "user", log2m: 14, regwidth: 6 },
      {
        name: "each",
        type: "derived",
        expr: {
          op: "/",
          left: { op: "field", name: "revenue" },
          right: { op: "field", name: "users" },
        },
      },
    ]);
  });

  it("tells workers of lines and stored metrics only", () => {
    const { plan } = config;
    expect(plan).toMatchObject({ version: 1, timezone: "Europe/Berlin" });
    expect(plan.sources).toEqual([
      { name: "ads", format: config.sources[0]?.format, maxLineBytes: 1024 },
    ]);
    expect(plan.summaries).toEqual([
      { ...config.summaries[0], metrics: config.summaries[0]?.metrics.slice(0, 6) },
    ]);
    expect(JSON.parse(JSON.stringify(plan))).toEqual(plan);
  });

  it("can not be changed", () => {
    expect(() => Object.assign(config.plan.summaries[0]!, { name: "other" })).toThrow(TypeError);
  });
});

describe("the least configuration", () => {
  it("has the defaults of the option table", () => {
    const config = parseConfig(leastConfig, "/srv/logmill.yaml", {});
    expect(config).toMatchObject({
      dataDir: "/srv/data",
      timezone: "UTC",
      cluster: {
        tasks: "tcp://127.0.0.1:5555",
        results: "tcp://127.0.0.1:5556",
        acks: "tcp://127.0.0.1:5557",
        batch: { maxBytes: 32 * 1024 * 1024 },
        maxInFlight: 32,
        ackTimeoutMs: 10_000,
        security: { keys: null },
      },
      outputs: [],
      http: { host: "127.0.0.1", port: 8555, tokenFile: null },
    });
    expect(config.sources[1]).toMatchObject({ exclude: [], maxLineBytes: 65_536 });
    expect(config.summaries[0]).toEqual({
      name: "totals",
      from: ["ads"],
      timestamp: "timestamp",
      granularity: "day",
      timezone: "UTC",
      dimensions: [],
      maxRows: 10_000_000,
      metrics: [{ name: "events", type: "count" }],
    });
  });

  it("may say the same with anchors, merge keys and variables", () => {
    const shared = leastConfig
      .replace("web: {", "web: &web {")
      .replace("summaries:", '  www: { <<: *web, include: ["${FILE}"] }\nsummaries:');
    const config = parseConfig(shared, "logmill.yaml", { FILE: "www.log" });
    expect(config.sources[2]).toEqual({
      ...config.sources[1],
      name: "www",
      include: ["www.log"],
    });
  });

  it("takes numbers from variables, with quotes and without", () => {
    const text = `${leastConfig}http:\n  port: \${PORT}\ncluster: { max_in_flight: "\${FLIGHT:-7}" }\n`;
    const config = parseConfig(text, "logmill.yaml", { PORT: "9000" });
    expect(config.http.port).toBe(9000);
    expect(config.cluster.maxInFlight).toBe(7);
  });
});

describe("a file", () => {
  const folder = mkdtempSync(join(tmpdir(), "logmill-config-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it("is read from its path, in whose folder relative paths begin", () => {
    writeFileSync(join(folder, "logmill.yaml"), `\uFEFF${leastConfig}`);
    const config = loadConfig(join(folder, "logmill.yaml"), {});
    expect(config.dataDir).toBe(join(folder, "data"));
  });

  it("that is not there is a fault of the configuration, exit code 78", () => {
    const load = (): unknown => loadConfig(join(folder, "none.yaml"), {});
    expect(load).toThrow(ConfigError);
    expect(load).toThrow(/none\.yaml:1:1: there is no such file; name another one with -c FILE/);
    try {
      load();
    } catch (error) {
      expect(error).toBeInstanceOf(LogmillError);
      expect((error as LogmillError).code).toBe("config_invalid");
      expect((error as LogmillError).exitCode).toBe(78);
    }
  });
});

describe("bytes", () => {
  const folder = mkdtempSync(join(tmpdir(), "logmill-config-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it("that are not UTF-8 are refused", () => {
    const path = join(folder, "logmill.yaml");
    writeFileSync(path, Buffer.from([0x61, 0x3a, 0x20, 0xff]));
    expect(() => loadConfig(path, {})).toThrow(/the file is not UTF-8/);
  });

  it("that are a folder are refused", () => {
    expect(() => loadConfig(folder, {})).toThrow(/this is a folder/);
  });
});

describe("what is no configuration at all", () => {
  it.each([
    ["", "1:1: the file is empty; start from a file of examples/"],
    ["# only a comment\n", "1:1: the file is empty; start from a file of examples/"],
    ["- a\n- b\n", "1:1: must be a mapping"],
    ["hello", "1:1: must be a mapping"],
    ["a: [1, 2\nb: 3\n", "2:1: this is not YAML"],
    ["a: 1\n\tb: 2\n", "2:1: this is not YAML: Tabs are not allowed as indentation"],
    ["a: 1\n---\nb: 2\n", "2:1: the file holds more than one document; remove the line ---"],
    [
      "a: { b: ${X} }\n",
      "1:10: this is not YAML: Unexpected flow-map-start at node end; inside { }",
    ],
  ])("%j is refused", (text, fault) => {
    expect(faultsOf(text)[0]).toContain(fault);
  });
});
