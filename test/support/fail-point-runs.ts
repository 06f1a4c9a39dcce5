// Runs of the real pipeline in which processes die at fail-points, again and again, and what must be
// true afterwards: the files of the output are those of a run without a death, every line is on the
// balance sheet once, and the store is sound.
//
// Every run begins with a copy of one store that is about to be compacted, has little memory for its
// tables and small batches, so that a second of work goes through every step of the store many times.

import { cpSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { crc32 } from "node:zlib";
import { expect } from "vitest";
import type { FailPointName } from "../../src/shared/base/fail-point.ts";
import { balanceKey, planFingerprint, summaryKey } from "../../src/shared/model/definition-key.ts";
import type { Plan } from "../../src/shared/model/plan.ts";
import { loadConfig } from "../../src/shared/config/load.ts";
import { compactionLimits } from "../../src/sink/store/embedded/segment/compaction-plan.ts";
import { checkStore } from "../../src/sink/store/embedded/check.ts";
import { nodeFileSystem } from "../../src/sink/disk/node-file-system.ts";
import { EmbeddedStore } from "../../src/sink/store/embedded/embedded-store.ts";
import { kernelSummariser } from "../../src/worker/summariser.ts";
import { AdsProject, generateAds, type AdsProjectOptions, type RunReport } from "./ads-project.ts";
import { Program } from "./program.ts";
import { taskOf } from "./sink-fixture.ts";

export interface Death {
  readonly point: FailPointName;
  /** The process dies when it is there so often. */
  readonly nth: number;
  readonly action: "kill" | "eio";
}

/** What `build-fail-points.ts` makes before the tests. */
export const failPointProgram = fileURLToPath(
  new URL("../../dist-fail-points/cli/main.js", import.meta.url),
);

/** Segments that a store has before it is compacted. */
const runsBefore = compactionLimits.runsPerTableMax;
/** Lines in each of them, and lines of a run. */
const eventsBefore = 400;
const events = 20_000;
/** Lines on the balance sheet in the end. */
export const linesInAll = runsBefore * eventsBefore + events;

/** Each user is a row, so that tables outgrow their memory every few thousand lines. */
const users = {
  from: ["ads"],
  granularity: "month",
  dimensions: ["user"],
  metrics: { events: { type: "count" }, revenue: { type: "sum", field: "revenue", scale: 6 } },
};

export class FailPointRuns {
  readonly #folder = mkdtempSync(join(tmpdir(), "logmill-fail-points-"));
  readonly #before = join(this.#folder, "data");
  #contentBefore = "";
  #logs: readonly string[] = [];
  #expected = new Map<string, string>();

  /** Makes the input. */
  async prepare(): Promise<void> {
    const isInHook = true;
    const before = join(this.#folder, "before");
    [this.#contentBefore = ""] = await generateAds(before, {
      events: eventsBefore,
      seed: 1,
      isInHook,
    });
    const load = join(this.#folder, "load");
    this.#logs = await generateAds(load, { events, seed: 2, files: 2, isInHook });
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** To be called once, in a test: what a run without a death makes. */
  async runUndisturbed(): Promise<RunReport> {
    const project = this.#project();
    await this.#fillStore(project.configPath);
    copyData(this.#before, join(project.folder, "data"));
    const report = await project.run("--workers", "1");
    this.#expected = project.outputs();
    return report;
  }

  /** Runs while processes die one after the other, and compares. Returns how many have died. */
  async run(deaths: readonly Death[], batchBytesMax: string, workers: number): Promise<number> {
    const project = this.#project({ batchBytesMax });
    copyData(this.#before, join(project.folder, "data"));
    const usedPath = join(project.folder, "deaths");
    const entries = deaths.map(({ point, nth, action }) => `${point}:${nth}:${action}`);
    const program = new Program(
      ["run", "-c", project.configPath, "--workers", `${workers}`, "--json"],
      {
        script: failPointProgram,
        env: {
          LOGMILL_TEST: "1",
          LOGMILL_FAILPOINT: entries.join(),
          LOGMILL_FAILPOINT_FILE: usedPath,
        },
      },
    );
    const { exitCode, stdout, stderr } = await program.finished;
    expect(exitCode, stderr).toBe(0);
    await program.gone();
    const died = statSync(usedPath, { throwIfNoEntry: false })?.size ?? 0;
    expect(project.outputs()).toEqual(this.#expected);
    const { total } = JSON.parse(stdout) as RunReport;
    expect(total.lines).toBe(linesInAll);
    const folder = join(project.folder, "data/store");
    const findings = await checkStore(nodeFileSystem, folder);
    expect(findings.filter(({ severity }) => severity === "damage")).toEqual([]);
    // A sink that was killed when everything was done has left files behind, for the next one.
    await (await openStore(folder, [])).close();
    expect(await checkStore(nodeFileSystem, folder)).toEqual([]);
    return died;
  }

  #project(options: AdsProjectOptions = {}): AdsProject {
    return new AdsProject({
      include: this.#logs,
      batchBytesMax: "16KiB",
      flightBatchesMax: 8,
      summaries: { users },
      store: { live_max_bytes: "1MiB", flush_interval: "100ms" },
      ...options,
    });
  }

  /** As the sink of earlier runs would have, over content that is nowhere any more. */
  async #fillStore(configPath: string): Promise<void> {
    const { plan } = loadConfig(configPath, {});
    const summarise = kernelSummariser(plan);
    const keys = [balanceKey, ...plan.summaries.map((summary) => summaryKey(summary))];
    const store = await openStore(join(this.#before, "store"), plan.summaries);
    const text = readFileSync(this.#contentBefore, "utf8");
    const bytes = Buffer.byteLength(text);
    for (let run = 0; run < runsBefore; run += 1) {
      const batch = { batch: run, from: run * bytes, text };
      const { header, payload } = taskOf(batch, planFingerprint(plan), keys);
      const ours = { ...header, source: "ads" };
      const { bytes: partial } = summarise(ours, payload, () => undefined);
      store.submit({ header: ours, partial, crc32: crc32(partial) });
      await store.flush();
    }
    expect(store.stats()).toMatchObject({ compactions: 0, segmentFiles: runsBefore });
    await store.close();
  }
}

function openStore(folder: string, definitions: Plan["summaries"]): Promise<EmbeddedStore> {
  const onRefused = (): never => {
    throw new Error("nothing of it was there");
  };
  const options = { liveBytesMax: 1 << 26, onDurable: () => undefined, onRefused };
  const configured = { summaries: definitions, sources: [] };
  return EmbeddedStore.open(nodeFileSystem, folder, configured, options);
}

/** Copies a data directory without its lock, which is a socket and cannot be copied. */
function copyData(from: string, to: string): void {
  cpSync(from, to, { recursive: true, filter: (path) => !path.endsWith(".sock") });
}
