// `logmill query` and `logmill store` as a user runs them, beside a process that owns the store.

import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { bucketOf } from "../../../src/shared/model/bucket.ts";
import { balanceKey, summaryKey } from "../../../src/shared/model/definition-key.ts";
import { loadConfig } from "../../../src/shared/config/load.ts";
import { loadKernel } from "../../../src/shared/kernel/kernel.ts";
import type { BatchHeader } from "../../../src/shared/protocol/messages.ts";
import { displayWidth } from "../../../src/shared/text/terminal-table.ts";
import { encodePartial } from "../../../src/shared/table/partial-codec.ts";
import { nodeFileSystem } from "../../../src/sink/disk/node-file-system.ts";
import { EmbeddedStore } from "../../../src/sink/store/embedded/embedded-store.ts";
import { runProgram, type Finished } from "../../support/program.ts";
import { partialFor } from "../../support/partials.ts";
import { tableOf } from "../../support/table-events.ts";
import { tempFolder } from "../../support/temp-folder.ts";

const configuration = `
data_dir: data
timezone: America/New_York
sources:
  ads:
    type: file
    include: ["*.log"]
    format:
      type: rsyslog
      payloads:
        EVT: { type: csv, fields: [campaign, country, user, revenue] }
summaries:
  campaigns:
    from: [ads]
    granularity: day
    dimensions: [campaign, country]
    metrics:
      clicks: { type: count }
      price: { type: derived, expr: revenue / clicks }
      revenue: { type: sum, field: revenue, scale: 2 }
      least: { type: min, field: revenue, scale: 2 }
      users: { type: hll, field: user }
`;
const days = ["2011-06-29", "2011-06-30", "2011-07-01"];
const campaigns = [
  "summer sale",
  "brand, new",
  "\u001b[2Jcontrol",
  "a campaign with quite a long name",
];

let folder: string;

/** Day d, campaign c (the c-th has 100·c + 1 clicks of as many users, 0.25 each) of one country. */
beforeEach(async () => {
  folder = tempFolder();
  writeFileSync(join(folder, "logmill.yaml"), configuration);
  const { plan } = loadConfig(join(folder, "logmill.yaml"), {});
  const store = await EmbeddedStore.open(nodeFileSystem, join(folder, "data/store"), plan, {
    liveBytesMax: 64 * 1024 * 1024,
    onDurable: () => undefined,
    onRefused: (_, { reason }) => expect.fail(reason),
  });
  onTestFinished(() => store.close());
  for (const [at, day] of days.entries()) {
    await submit(store, day, at);
    // One day in a segment, the others in the log.
    if (at === 0) await store.flush();
  }
  await store.settle();
});

async function submit(store: EmbeddedStore, day: string, batch: number): Promise<void> {
  const definition = (await store.summaries())[0]!.definition;
  const bucketStart = bucketOf(
    definition.timezone,
    "day",
    Date.parse(`${day}T12:00Z`) / 1000,
  ).start;
  const events = campaigns.flatMap((campaign, c) =>
    Array.from({ length: 100 * c + 1 }, (_, user) => {
      return { bucketStart, keys: [campaign, ""], revenue: 25n, user };
    }),
  );
  const frame = tableOf(loadKernel(), definition, events).encode();
  const summary = summaryKey(definition);
  const lines = events.length;
  const sheet = { lines, bytes: 10, parsed: lines, rejected: {}, deadLettered: 0 };
  const summaries = [summary, balanceKey];
  const bytes = encodePartial(partialFor(summaries, sheet, [{ summary, bucketStart, frame }]));
  const header: BatchHeader = {
    session: 1n,
    batch,
    plan: "0".repeat(32),
    source: "ads",
    identity: { id: "1".repeat(32), headBytes: 10, family: "2".repeat(16) },
    hint: { path: "/logs/ads.log", inode: "1:2", stat: "1:2:30:4" },
    from: batch * 10,
    to: batch * 10 + 10,
    crc32: 7,
    tailCrc32: 7,
    kind: "lines",
    checksums: "given",
    summaries,
  };
  store.submit({ header, partial: bytes, crc32: crc32(bytes) });
}

const logmill = (...args: string[]): Promise<Finished> => runProgram(args, { cwd: folder });

describe("logmill query", () => {
  it("prints a table of exact rows with derived metrics and bounds, within 80 columns", async () => {
    const { stdout, stderr, exitCode } = await logmill("query", "campaigns", "--top", "2");
    expect(stderr).toBe("");
    expect(exitCode).toBe(0);
    const lines = stdout.split("\n");
    expect(lines[0]).toMatch(/^day +campaign +country +clicks +price +revenue +least +users$/);
    expect(lines[2]).toMatch(
      /^2011-06-29 {2}a campaign with quite a long name {2}\(empty\) +301 +0\.25 +75\.25 +0\.25 +3\d\d ±4\.\d%$/,
    );
    expect(lines[3]).toMatch(/^2011-06-30/);
    expect(lines[4]).toMatch(/^± is the 95% interval/);
  });

  it("adds days up into months and leaves dimensions out, exactly", async () => {
    const { stdout } = await logmill(
      "query",
      "campaigns",
      ...["--group-by", "month,country", "--format", "csv", "--bounds"],
    );
    const [header, june, july, end] = stdout.split("\n");
    expect(header).toBe("month,country,clicks,price,revenue,least,users,users_lo,users_hi");
    expect(june).toMatch(/^2011-06,,1208,0\.25,302\.00,0\.25,3\d\d,2\d\d,3\d\d$/);
    expect(july).toMatch(/^2011-07,,604,0\.25,151\.00,0\.25,3\d\d,2\d\d,3\d\d$/);
    expect(end).toBe("");
  });

  it("prints JSON of one store folder without a configuration", async () => {
    const { stdout } = await logmill(
      "query",
      "campaigns",
      ...["--store", "data/store", "--group-by", "campaign", "--order-by", "users"],
      ...["--from", "2011-06-30", "--to", "2011-06-30", "--top", "4", "--format", "json"],
    );
    const rows = JSON.parse(stdout) as Record<string, unknown>[];
    expect(rows.map(({ campaign }) => campaign)).toEqual(campaigns.toReversed());
    expect(rows.at(-1)).toEqual({
      campaign: "summer sale",
      clicks: 1,
      revenue: 0.25,
      least: 0.25,
      users: { estimate: 1, lo: 1, hi: 1 },
    });
  });

  it("keeps control characters of keys away from people's terminals, not from files", async () => {
    const args = ["query", "campaigns", "--group-by", "campaign"];
    expect((await logmill(...args)).stdout).toContain("␛[2Jcontrol");
    const { stdout } = await logmill(...args, "--format", "csv");
    expect(stdout).toContain("\n\u001b[2Jcontrol,603,");
    expect(stdout).toContain('\n"brand, new",303,');
  });

  it("gives one total for an empty --group-by, and titles where there is nothing", async () => {
    const total = await logmill("query", "campaigns", "--group-by", "", "--format", "csv");
    expect(total.stdout).toMatch(/^clicks,price,revenue,least,users\n1812,0\.25,453\.00,/);
    const nothing = await logmill("query", "campaigns", "--from", "2012");
    expect(nothing.exitCode).toBe(0);
    expect(nothing.stdout).toMatch(/^day .*\n.*\nno rows\n$/);
  });

  it.each([
    [["campaign"], /unknown summary "campaign" \(did you mean campaigns\?\)/],
    [["campaigns", "--group-by", "hour"], /kept by day/],
    [["campaigns", "--where", "country = 3"], /--where: /],
    [["campaigns", "--metrics", "clikcs"], /did you mean clicks\?/],
    [["campaigns", "--from", "7 d"], /--from: "7 d" is no date/],
    [["campaigns", "--top", "0"], /--top: 0 is no whole number above zero/],
  ])("refuses %j with exit code 2 and a way out", async (args, message) => {
    const { stdout, stderr, exitCode } = await logmill("query", ...args);
    expect(stderr).toMatch(message);
    expect(stdout).toBe("");
    expect(exitCode).toBe(2);
  });

  it("prints only rows for which a condition holds, and only the metrics that are asked for", async () => {
    const { stdout, stderr } = await logmill(
      "query",
      "campaigns",
      ...["--where", 'starts_with(campaign, "brand") and clicks > 1', "--metrics", "clicks,price"],
      ...["--order-by", "clicks", "--asc", "--format", "jsonl", "--to", "today"],
    );
    expect(stderr).toBe("");
    expect(
      stdout
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line) as unknown),
    ).toEqual(
      days.map((day) => ({ day, campaign: "brand, new", country: "", clicks: 101, price: 0.25 })),
    );
  });

  it("prints a table for Markdown in which keys are text", async () => {
    const { stdout } = await logmill(
      "query",
      "campaigns",
      ...["--group-by", "campaign,country", "--metrics", "clicks", "--format", "markdown"],
    );
    const lines = stdout.split("\n");
    expect(lines.slice(0, 2)).toEqual(["| campaign | country | clicks |", "| --- | --- | ---: |"]);
    expect(lines).toContain("| ␛\\[2Jcontrol | (empty) | 603 |");
  });

  it("lists the summaries and what can be asked of them when none is named", async () => {
    const { stdout, exitCode } = await logmill("query", "--store", "data/store");
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(
      /^campaigns +day +2011-06-29 +2011-07-01 +12 +campaign, country +clicks, revenue, least, users$/m,
    );
  });

  it("says where no store is", async () => {
    const { stderr, exitCode } = await logmill("query", "campaigns", "--store", "elsewhere");
    expect(stderr).toContain("elsewhere");
    expect(exitCode).toBe(1);
  });
});

describe("logmill store", () => {
  it("inspects a store that is in use, within 80 columns", async () => {
    const { stdout, exitCode } = await logmill("store", "inspect");
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^campaigns +day +2011-06-29 +2011-07-01 +3 +12$/m);
    expect(stdout).toMatch(/^ads +1,812 +1,812 +0 +0$/m);
    for (const line of stdout.split("\n")) {
      if (!line.includes(folder)) expect(displayWidth(line)).toBeLessThanOrEqual(80);
    }
    const { stdout: json } = await logmill("store", "inspect", "--json");
    expect(JSON.parse(json)).toMatchObject({
      walBatches: 2,
      sheets: { sources: { ads: { lines: 1812 } } },
    });
  });

  it("finds a sound store sound, and a damaged one damaged with exit code 1", async () => {
    // Once the log has been idle for a moment, its end is noted.
    const isSound = async (): Promise<void> => {
      const sound = await logmill("store", "check");
      expect(sound).toMatchObject({ stderr: "", exitCode: 0 });
      expect(sound.stdout).toMatch(/is sound\n$/);
    };
    await vi.waitFor(isSound, { timeout: 20_000 });
    const store = join(folder, "data/store");
    const manifest = join(
      store,
      readdirSync(store).find((name) => name.includes("manifest"))!,
    );
    const bytes = readFileSync(manifest);
    bytes[bytes.length - 20]! ^= 1;
    writeFileSync(manifest, bytes);
    const damaged = await logmill("store", "check");
    expect(damaged.stdout).toContain("damage: ");
    expect(damaged.stdout).not.toContain("sound");
    expect(damaged.exitCode).toBe(1);
  });
});
