import { describe, expect, it } from "vitest";
import { encodeManifest } from "../../../../../src/sink/store/embedded/manifest/manifest.ts";
import { atOnce } from "../../../../../src/shared/base/steps.ts";
import {
  encodeCatalog,
  readCatalogSteps,
} from "../../../../../src/sink/store/embedded/manifest/catalog-codec.ts";
import { readManifest } from "../../../../../src/sink/store/embedded/manifest/manifest-file.ts";
import { inspectStore } from "../../../../../src/sink/store/embedded/inspect.ts";
import { MemoryFileSystem } from "../../../../support/memory-file-system.ts";
import {
  configOf,
  openConfigured,
  runOnce,
  type ConfigValue,
  type RunResult,
} from "../../../../support/store-runs.ts";

const counted = { n: { type: "count" } };
const rsyslog = (fields: readonly string[]): ConfigValue => ({
  type: "rsyslog",
  payloads: { E: { type: "csv", fields } },
});
const source = (format: ConfigValue, options: ConfigValue = {}): ConfigValue => ({
  type: "file",
  include: ["a"],
  format,
  ...options,
});
const configWith = (sources: ConfigValue, summaries: ConfigValue): ConfigValue => ({
  sources,
  summaries,
});
const events = { from: ["s"], dimensions: ["event"], metrics: counted };
const columns = (...fields: string[]): ConfigValue =>
  configWith({ s: source(rsyslog(fields)) }, { events });
const file = (...bodies: string[]) => [
  { path: "a", text: bodies.map((body) => `2020-01-01T00:00:00Z h E ${body}\n`).join("") },
];
const access = [
  {
    path: "a",
    text: ["1", "2"]
      .map((host) => `192.0.2.${host} - - [14/Oct/2023:00:00:00 +0000] "GET / HTTP/1.1" 200 100\n`)
      .join(""),
  },
];

async function run(
  disk: MemoryFileSystem,
  config: ConfigValue,
  files: typeof access,
): Promise<RunResult> {
  return await runOnce(disk, configOf(config), files);
}

async function adopt(
  disk: MemoryFileSystem,
  config: ConfigValue,
  name: string,
): Promise<readonly string[]> {
  const { dataDir, plan } = configOf(config);
  const nothing = { ...plan, summaries: [], sources: [] };
  const store = await openConfigured(disk, { dataDir, plan: nothing });
  try {
    return await store.adopt(name, plan, 1_600_000_000);
  } finally {
    await store.close();
  }
}

const storeOf = (config: ConfigValue): string => `${configOf(config).dataDir}/store`;

describe("a source whose format is changed", () => {
  const web = (type: string): ConfigValue =>
    configWith(
      { web: source({ type }) },
      { daily: { from: ["web"], metrics: { ...counted, ips: { type: "hll", field: "ip" } } } },
    );

  it("is read again where all of its lines were rejected, and both sheets say so", async () => {
    const disk = new MemoryFileSystem();
    const first = await run(disk, web("combined"), access);
    expect(first.sheets.sources["web"]).toMatchObject({ parsed: 0, rejected: { bad_envelope: 2 } });
    expect(first.tables.size).toBe(0);
    const second = await run(disk, web("common"), access);
    const fresh = await run(new MemoryFileSystem(), web("common"), access);
    expect({ ...second, notes: [] }).toEqual(fresh);
    expect(second.sheets.sources["web"]).toMatchObject({ lines: 2, parsed: 2, rejected: {} });
    expect(second.notes).toEqual([
      expect.stringMatching(/^summary daily is begun anew: of source web, format was .*combined/),
      expect.stringMatching(/^the sheet of source web is begun anew/),
    ]);
    expect((await run(disk, web("common"), access)).notes).toEqual([]);
  });

  it("is refused where lines were counted, naming what changed and the ways out", async () => {
    const disk = new MemoryFileSystem();
    await run(disk, columns("user", "event"), file("view,u1", "click,u2"));
    const opening = run(disk, columns("event", "user"), file("view,u1", "click,u2"));
    await expect(opening).rejects.toMatchObject({ code: "definition_changed" });
    await expect(opening).rejects.toThrow(
      /summary events has changed.*of source s, format was .* and is .*another name.*store rebuild events.*store adopt events/s,
    );
  });

  it("is refused for the summary that has counted, and leaves the others as they are", async () => {
    const disk = new MemoryFileSystem();
    const both = (fields: string[]): ConfigValue =>
      configWith(
        { s: source(rsyslog(fields)) },
        { events, none: { ...events, where: 'event == "nothing"' } },
      );
    const before = await run(disk, both(["user", "event"]), file("view,u1"));
    await expect(run(disk, both(["event", "user"]), file("view,u1"))).rejects.toThrow(
      /summary events has changed/,
    );
    expect(await run(disk, both(["user", "event"]), file("view,u1"))).toEqual(before);
  });
});

describe("an adopted summary", () => {
  it("keeps its rows, counts by the new meaning from here on, and the store says so", async () => {
    const disk = new MemoryFileSystem();
    const before = columns("user", "event");
    const now = columns("event", "user");
    await run(disk, before, file("view,u1"));
    expect(await adopt(disk, now, "events")).toEqual([
      expect.stringMatching(/^of source s, format was /),
    ]);
    const { sheets, notes, tables } = await run(disk, now, file("view,u1", "view,u2"));
    expect(notes).toEqual([]);
    expect(sheets.sources["s"]).toMatchObject({ lines: 2, parsed: 2 });
    expect(sheets.summaries["events"]?.["s"]).toMatchObject({ parsed: 2, counted: 2 });
    expect(tables.size).toBe(1);
    const { summaries } = await inspectStore(disk, storeOf(now));
    expect(summaries[0]?.buckets).toMatchObject([{ rows: 2 }]);
    expect(summaries[0]?.adoptions).toMatchObject([{ atSec: 1_600_000_000 }]);
    expect(await adopt(disk, now, "events")).toEqual([]);
  });

  it("may have another key: rows, ledger and sheet go with it", async () => {
    const disk = new MemoryFileSystem();
    const before = columns("event", "user");
    const now = configWith(
      { s: source(rsyslog(["event", "user"])) },
      { events: { ...events, where: 'user != "u3"' } },
    );
    await run(disk, before, file("view,u1", "view,u3"));
    await expect(run(disk, now, file("view,u1", "view,u3"))).rejects.toThrow(/where was nothing/);
    await adopt(disk, now, "events");
    const { sheets } = await run(disk, now, file("view,u1", "view,u3", "view,u3", "view,u4"));
    expect(sheets.summaries["events"]?.["s"]).toMatchObject({ counted: 3, filtered: 1 });
  });

  it("may lose a source", async () => {
    const disk = new MemoryFileSystem();
    const two = (from: string[]): ConfigValue =>
      configWith(
        {
          s: source(rsyslog(["event"])),
          t: source(rsyslog(["event"]), { include: ["b"] }),
        },
        { events: { ...events, from } },
      );
    const files = [...file("view"), { path: "b", text: "2020-01-01T00:00:00Z h E click\n" }];
    const first = await run(disk, two(["s", "t"]), files);
    await expect(run(disk, two(["s"]), files)).rejects.toThrow(/no more made from t.*adopt/s);
    await adopt(disk, two(["s"]), "events");
    expect((await run(disk, two(["s"]), files)).tables).toEqual(first.tables);
  });

  it("must have rows that fit", async () => {
    const disk = new MemoryFileSystem();
    await run(disk, columns("event", "user"), file("view,u1"));
    for (const change of [
      { granularity: "hour" },
      { dimensions: ["event", "user"] },
      { metrics: { n: { type: "hll", field: "user" } } },
    ]) {
      const now = configWith(
        { s: source(rsyslog(["event", "user"])) },
        { events: { ...events, ...change } },
      );
      await expect(adopt(disk, now, "events")).rejects.toMatchObject({
        code: "definition_changed",
      });
    }
    await expect(adopt(disk, columns("event"), "others")).rejects.toMatchObject({ code: "usage" });
  });
});

describe("a summary that is added half-way", () => {
  it("holds with the others what a fresh store holds, with their sheets", async () => {
    const sums = { from: ["s"], metrics: { total: { type: "sum", field: "amount", scale: 2 } } };
    const clicks = { ...sums, where: 'event == "click"' };
    const fields = ["event", "user", "amount", "extra"];
    const alone = configWith({ s: source(rsyslog(fields)) }, { events });
    const more = configWith({ s: source(rsyslog(fields)) }, { events, sums, clicks });
    const begun = [
      "view,u1,1.50,x",
      "view,u2,-,x",
      "view,u3,1.505,x",
      "view,u4",
      "click,u5,2.00,x",
    ];
    const disk = new MemoryFileSystem();
    const first = await run(disk, alone, file(...begun));
    expect(first.sheets.summaries["events"]?.["s"]).toMatchObject({ parsed: 5, counted: 5 });
    const second = await run(disk, more, file(...begun, "view,u6,-,x"));
    expect(second).toEqual(await run(new MemoryFileSystem(), more, file(...begun, "view,u6,-,x")));
    const { summaries } = second.sheets;
    expect(summaries["events"]?.["s"]).toMatchObject({ counted: 6, rejected: {} });
    expect(summaries["clicks"]?.["s"]).toMatchObject({ counted: 1, filtered: 5, rejected: {} });
    const rejected = { bad_number: 3, missing_field: 1 };
    expect(summaries["sums"]?.["s"]).toMatchObject({ counted: 2, rejected });
  });
});

describe("a store that has not recorded how lines are read", () => {
  it("takes the present format for what it was, and says so once", async () => {
    const disk = new MemoryFileSystem();
    const config = columns("event", "user");
    await run(disk, config, file("view,u1"));
    const path = `${storeOf(config)}/manifest`;
    const { manifest, catalog } = await readManifest(disk, storeOf(config));
    const definitions = manifest.definitions.map((stored) => ({ ...stored, reads: {} }));
    const unrecorded = { ...manifest, definitions, readings: {} };
    const whole = encodeCatalog(atOnce(readCatalogSteps(catalog)));
    disk.place(path, encodeManifest(unrecorded, whole));
    const { notes, sheets } = await run(disk, config, file("view,u1", "view,u2"));
    expect(notes).toEqual([
      expect.stringMatching(/made by an earlier logmill.*format of s is taken/),
    ]);
    expect(sheets.sources["s"]).toMatchObject({ lines: 2 });
    expect((await run(disk, config, file("view,u1", "view,u2"))).notes).toEqual([]);
    await expect(run(disk, columns("user", "event"), file("view,u1"))).rejects.toThrow(
      /format was/,
    );
  });
});
