import { beforeEach, describe, expect, it } from "vitest";
import type { CsvOutput, SummaryConfig } from "../../../../src/shared/config/config.ts";
import { bucketOf } from "../../../../src/shared/model/bucket.ts";
import { csvFile } from "../../../../src/sink/output/csv-file.ts";
import { FilePublisher } from "../../../../src/sink/output/file-publisher.ts";
import { jsonlFile } from "../../../../src/sink/output/jsonl-file.ts";
import type { PublishReport } from "../../../../src/sink/output/publisher.ts";
import { MemoryFileSystem, systemError } from "../../../support/memory-file-system.ts";
import { definitionOf, price } from "../../../support/stored-summary.ts";
import { EventStore, type TableEvent } from "../../../support/table-events.ts";

const definition = definitionOf();
const configured: SummaryConfig = {
  ...definition,
  maxRows: 1000,
  metrics: [...definition.metrics, price],
};
const output: CsvOutput = {
  name: "files",
  type: "csv",
  summaries: ["campaigns"],
  path: "/out/{summary}/{bucket}.csv",
  bounds: false,
  bucket: false,
};
const dayStart = (day: string): number =>
  bucketOf(definition.timezone, "day", Date.parse(`${day}T12:00:00Z`) / 1000).start;
/** Of the day that a second is in. */
const startOf = (second: number): number => bucketOf(definition.timezone, "day", second).start;
const event = (day: string, campaign: string, revenue: bigint | null, user = 1): TableEvent => {
  return { bucketStart: dayStart(day), keys: [campaign, "CA"], revenue, user };
};

let format: "csv" | "jsonl" = "csv";
let files: MemoryFileSystem;
let store: EventStore;

function publisher(changes: Partial<CsvOutput> = {}, on = files): FilePublisher {
  const parts = { files: on, store, summaries: [configured], stateFolder: "/data/outputs" };
  const csv = { ...output, ...changes };
  if (format === "csv") return new FilePublisher(parts, csv, csvFile(csv));
  return new FilePublisher(parts, { ...csv, path: csv.path.replace("csv", "jsonl") }, jsonlFile);
}

/** Everything that the store has now. */
const publishWith = async (running: FilePublisher): Promise<PublishReport> =>
  await running.publish(await store.summaries());
const publish = (changes: Partial<CsvOutput> = {}): Promise<PublishReport> =>
  publishWith(publisher(changes));
const contentOf = (day: string): string =>
  Buffer.from(files.file(`/out/campaigns/${day}.${format}`)).toString();

beforeEach(() => {
  files = new MemoryFileSystem();
  store = new EventStore(definition, 2);
  store.add([
    event("2011-06-20", "b", 150n),
    event("2011-06-20", "a", null),
    event("2011-06-20", "a", 25n, 2),
    event("2011-06-20", "c, d", 0n),
    event("2011-06-21", "a", 1n),
  ]);
});

describe("publishing", () => {
  beforeEach(() => {
    format = "csv";
  });

  it("writes one whole file per bucket, rows by key, derived metrics included", async () => {
    const report = await publish();
    expect(report.paths).toEqual([
      "/out/campaigns/2011-06-20.csv",
      "/out/campaigns/2011-06-21.csv",
    ]);
    expect(report.written).toEqual(report.paths);
    expect(contentOf("2011-06-20")).toBe(
      [
        "campaign,country,clicks,revenue,least,users,price",
        "a,CA,2,0.25,0.25,2,0.125",
        "b,CA,1,1.50,1.50,1,1.5",
        '"c, d",CA,1,0.00,0.00,1,0',
        "",
      ].join("\n"),
    );
  });

  it("writes bounds when they are asked for", async () => {
    await publish({ bounds: true });
    expect(contentOf("2011-06-21")).toBe(
      "campaign,country,clicks,revenue,least,users,users_lo,users_hi,price\n" +
        "a,CA,1,0.01,0.01,1,1,1,0.01\n",
    );
  });

  it("has the bucket as the first column when it is asked for", async () => {
    await publish({ bucket: true });
    expect(contentOf("2011-06-21")).toBe(
      "day,campaign,country,clicks,revenue,least,users,price\n" +
        "2011-06-21,a,CA,1,0.01,0.01,1,0.01\n",
    );
  });

  it("writes JSON Lines with the bucket, and bounds in estimates", async () => {
    format = "jsonl";
    const { paths } = await publish();
    expect(paths[1]).toBe("/out/campaigns/2011-06-21.jsonl");
    expect(contentOf("2011-06-20").split("\n")).toEqual([
      '{"day":"2011-06-20","campaign":"a","country":"CA","clicks":2,"revenue":0.25,"least":0.25,"users":{"estimate":2,"lo":2,"hi":2},"price":0.125}',
      '{"day":"2011-06-20","campaign":"b","country":"CA","clicks":1,"revenue":1.50,"least":1.50,"users":{"estimate":1,"lo":1,"hi":1},"price":1.5}',
      '{"day":"2011-06-20","campaign":"c, d","country":"CA","clicks":1,"revenue":0.00,"least":0.00,"users":{"estimate":1,"lo":1,"hi":1},"price":0}',
      "",
    ]);
  });

  it("writes what no double holds as a string in JSON Lines, and what is not there as null", async () => {
    format = "jsonl";
    store.add([event("2011-06-22", "big", 2n ** 62n), event("2011-06-22", "none", null)]);
    await publish();
    const [big, none] = contentOf("2011-06-22")
      .split("\n")
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(big).toMatchObject({ revenue: "46116860184273879.04", least: "46116860184273879.04" });
    expect(none).toMatchObject({ revenue: 0, least: null });
  });

  it("writes a file again when its output has another format", async () => {
    const parts = { files, store, summaries: [configured], stateFolder: "/data/outputs" };
    await publish();
    const { written } = await publishWith(new FilePublisher(parts, output, jsonlFile));
    expect(written).toHaveLength(2);
    expect(contentOf("2011-06-20")).toMatch(/^\{"day":/);
  });

  it("leaves files of untouched buckets alone, also after a restart", async () => {
    await publish();
    store.add([event("2011-06-21", "z", 2n)]);
    store.reads.length = 0;
    const { written, paths } = await publish();
    expect(written).toEqual(["/out/campaigns/2011-06-21.csv"]);
    expect(paths).toHaveLength(2);
    expect(store.reads).toEqual([dayStart("2011-06-21")]);
    expect(contentOf("2011-06-21")).toContain("z,CA,1,0.02");
    expect((await publish()).written).toEqual([]);
  });

  it("names the file of a bucket that the store has no more until the file is removed, and lets it be", async () => {
    await publish();
    store.remove(dayStart("2011-06-20"));
    const path = "/out/campaigns/2011-06-20.csv";
    expect((await publish()).abandoned).toEqual([path]);
    expect((await publish()).abandoned).toEqual([path]);
    files.remove(path);
    expect((await publish()).abandoned).toEqual([]);
  });

  it("brings back a file that is missing or was cut short", async () => {
    await publish();
    const whole = contentOf("2011-06-20");
    files.remove("/out/campaigns/2011-06-20.csv");
    files.place("/out/campaigns/2011-06-21.csv", Buffer.from("day,"));
    expect((await publish()).written).toHaveLength(2);
    expect(contentOf("2011-06-20")).toBe(whole);
  });

  it("looks at a bounded number of files that have not changed, and brings each back in turn", async () => {
    const days = Array.from({ length: 1300 }, (_, day) => dayStart("2011-07-01") + day * 86_400);
    store.add(
      days.map((bucketStart) => ({
        ...event("2011-06-20", "a", 1n),
        bucketStart: startOf(bucketStart),
      })),
    );
    const running = publisher();
    const { paths } = await publishWith(running);
    expect(paths.length).toBeGreaterThan(1290);
    const lost = [paths[0]!, paths.at(-1)!];
    const wholes = lost.map((path) => files.file(path).slice());
    for (const path of lost) files.remove(path);
    store.add([event("2011-06-21", "new", 1n)]);
    const { operations } = files;
    const { written } = await publishWith(running);
    expect(written).toContain("/out/campaigns/2011-06-21.csv");
    // Two or three for each that is looked at, and those of the files that are written.
    expect(files.operations - operations).toBeLessThan(1024 * 3 + 100);
    await publishWith(running);
    expect(lost.map((path) => files.file(path))).toEqual(wholes);
  });

  it("writes all files again for other columns, another store or a lost state", async () => {
    await publish();
    expect((await publish({ bounds: true })).written).toHaveLength(2);
    store.storeId = "f".repeat(32);
    expect((await publish({ bounds: true })).written).toHaveLength(2);
    files.place("/data/outputs/files.json", Buffer.from('{"version":2,"files":[{"path":3}]'));
    expect((await publish({ bounds: true })).written).toHaveLength(2);
    expect((await publish({ bounds: true })).written).toHaveLength(0);
  });

  it("writes a file again when data came while it was being written", async () => {
    const running = publisher();
    files.before = ({ kind, path }) => {
      if (kind !== "rename" || !path.endsWith("2011-06-20.csv")) return;
      files.before = () => undefined;
      store.add([event("2011-06-20", "late", 1n)]);
    };
    await publishWith(running);
    expect(contentOf("2011-06-20")).not.toContain("late");
    expect((await publishWith(running)).written).toEqual(["/out/campaigns/2011-06-20.csv"]);
    expect(contentOf("2011-06-20")).toContain("late");
  });

  it("is refused for a template that gives two buckets one file", () => {
    expect(() => publisher({ path: "/out/{summary}.csv" })).toThrow(/put \{bucket\} into it/);
  });
});

/** Makes the operations from the `first` to the `last` fail; tells whether there were any. */
function failOperations(first: number, last: number): { readonly hit: boolean } {
  const fault = { hit: false };
  files.before = ({ index, path }) => {
    if (index < first || index > last) return;
    fault.hit = true;
    throw systemError("EIO", path);
  };
  return fault;
}

describe.each(["csv", "jsonl"] as const)("a failing disk under %s files", (tried) => {
  beforeEach(() => {
    format = tried;
  });

  it("never shows a part of a file, and the next publish completes what is missing", async () => {
    await publish();
    const before = { first: contentOf("2011-06-20"), second: contentOf("2011-06-21") };
    store.add([event("2011-06-20", "n", 1n), event("2011-06-21", "n", 1n)]);
    const reference = new MemoryFileSystem();
    await publishWith(publisher({}, reference));
    const after = (path: string): string => Buffer.from(reference.file(path)).toString();

    const saved = files;
    for (let failing = 0; ; failing += 1) {
      files = saved.crash("everything");
      const fault = failOperations(failing, failing);
      const attempt = await publish().then(
        () => null,
        (error: unknown) => error,
      );
      files.before = () => undefined;
      if (!fault.hit) break;
      if (attempt !== null) expect(attempt).toMatchObject({ code: "output_failed", exitCode: 1 });
      for (const [day, old] of [
        ["2011-06-20", before.first],
        ["2011-06-21", before.second],
      ] as const) {
        expect([old, after(`/out/campaigns/${day}.${format}`)]).toContain(contentOf(day));
      }
      await publish();
      expect(contentOf("2011-06-20")).toBe(after(`/out/campaigns/2011-06-20.${format}`));
      expect(contentOf("2011-06-21")).toBe(after(`/out/campaigns/2011-06-21.${format}`));
      expect(files.paths().filter((path) => path.endsWith(".tmp"))).toEqual([]);
      expect(failing).toBeLessThan(200);
    }
  });

  it("after a power cut at any moment, files are whole and the next publish completes them", async () => {
    const reference = new MemoryFileSystem();
    await publishWith(publisher({}, reference));
    const whole = Buffer.from(reference.file(`/out/campaigns/2011-06-20.${format}`)).toString();
    for (let cutAt = 0; ; cutAt += 1) {
      files = new MemoryFileSystem();
      const fault = failOperations(cutAt, Infinity);
      await publish().catch(() => undefined);
      if (!fault.hit) break;
      for (const survival of ["nothing", "everything"] as const) {
        files = files.crash(survival);
        const path = `/out/campaigns/2011-06-20.${format}`;
        if (files.paths().includes(path)) expect(contentOf("2011-06-20")).toBe(whole);
        await publish();
        expect(contentOf("2011-06-20")).toBe(whole);
        expect((await publish()).written).toEqual([]);
        expect(files.paths().filter((name) => name.endsWith(".tmp"))).toEqual([]);
      }
      expect(cutAt).toBeLessThan(200);
    }
  });

  it("that is full says so, keeps the old file, and needs nothing but space to go on", async () => {
    await publish();
    const old = contentOf("2011-06-20");
    store.add([event("2011-06-20", "x".repeat(5000), 1n)]);
    files.spaceBytes = 3000;
    await expect(publish()).rejects.toThrow(/2011-06-20\.\w+ could not be written \(ENOSPC\)/);
    expect(contentOf("2011-06-20")).toBe(old);
    files.spaceBytes = Infinity;
    expect((await publish()).written).toEqual([`/out/campaigns/2011-06-20.${format}`]);
  });
});
