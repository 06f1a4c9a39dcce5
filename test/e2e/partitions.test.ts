// Links between hosts that are pulled out for longer than a role may be silent, and put back: real
// kernels' TCP over virtual interfaces, where this machine lets us make them. With keys, as between
// any two hosts.

import { appendFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadConfig } from "../../src/shared/config/load.ts";
import { referenceSummarise } from "../reference/reference-summarise.ts";
import { AdsProject, generateAds } from "../support/ads-project.ts";
import { expectOracle } from "../support/csv-oracle.ts";
import { recordEvidence } from "../support/evidence.ts";
import { namespacesFault, NetworkNamespaces } from "../support/network-namespaces.ts";
import type { HostName, LinkName } from "../support/network-namespaces.ts";
import { Program, runProgram } from "../support/program.ts";

const isFull = process.env["LOGMILL_TEST_DEPTH"] === "full";
const cutMs = isFull ? 15_000 : 4_000;
const linesACase = 1500;
const fault = namespacesFault();

/** The time that the fault lasts is the fault itself. */
const lasting = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe.skipIf(fault !== null)(
  fault === null ? "network namespaces" : `network namespaces (not here: ${fault})`,
  () => {
    let network: NetworkNamespaces;
    let project: AdsProject;
    let programs: Program[] = [];
    let lines: string[] = [];
    let written = 0;

    beforeAll(async () => {
      network = new NetworkNamespaces();
      project = new AdsProject({
        ...{ isInHook: true, batchBytesMax: "8KiB", flightBatchesMax: 8 },
        ...{ store: { flush_interval: "300ms" }, cluster: network.endpoints },
      });
      const events = 12 * linesACase;
      const [path] = await generateAds(join(project.folder, "all"), {
        ...{ events, seed: 6, isInHook: true },
      });
      lines = readFileSync(path!, "latin1").trimEnd().split("\n");
      const keys = join(project.folder, "keys");
      const { exitCode, stderr } = await runProgram(["keygen", keys], { isInHook: true });
      expect(exitCode, stderr).toBe(0);
      const start = (host: HostName, ...args: string[]): Program =>
        new Program([...args, "--keys", keys, "--http", "127.0.0.1:0"], {
          ...{ isInHook: true, prefix: network.on(host), env: { LOGMILL_LOG_LEVEL: "info" } },
        });
      programs = [
        start("ventilator", "ventilator", "-c", project.configPath),
        start("worker", "worker", network.endpoints.tasks),
        start("worker", "worker", network.endpoints.tasks),
        start("sink", "sink", "-c", project.configPath),
      ];
      for (const program of programs) await program.record(({ msg }) => msg === "serving");
      write();
      await expectExact();
    });

    afterAll(async () => {
      for (const program of programs) await program.killAll();
      network.remove();
      project.remove();
    });

    function write(): void {
      const more = lines.slice(written, written + linesACase);
      appendFileSync(join(project.logs, "ads.log"), `${more.join("\n")}\n`, "latin1");
      written += more.length;
    }

    /** Waits until the files that come out are the oracle's. */
    async function expectExact(): Promise<void> {
      const config = loadConfig(project.configPath, {});
      const content = readFileSync(join(project.logs, "ads.log"));
      const reference = referenceSummarise(config.plan, "ads", content);
      const deadlineMs = performance.now() + 90_000;
      for (;;) {
        try {
          expectOracle(project.outputs(), config, reference);
          return;
        } catch (error) {
          const logs = programs.map(({ stderr }) => stderr.slice(-2000)).join("\n\n");
          if (performance.now() > deadlineMs) throw new Error(logs, { cause: error });
        }
        await lasting(100);
      }
    }

    it.each<LinkName>(["tasks", "results", "acks"])(
      "the %s link pulled out while lines come, and put back: exact",
      async (link) => {
        network.set(link, "down");
        write();
        await lasting(cutMs);
        network.set(link, "up");
        await expectExact();
        evidence(`${link} link down for ${cutMs / 1000} s (namespaces, CURVE)`);
      },
    );

    it.each<LinkName>(isFull ? ["tasks", "results", "acks"] : ["acks"])(
      "what is sent towards the server of %s lost, the other direction not: exact",
      async (link) => {
        network.silence(link, true);
        write();
        await lasting(cutMs);
        network.silence(link, false);
        await expectExact();
        evidence(
          `one direction of the ${link} link lost for ${cutMs / 1000} s (namespaces, CURVE)`,
        );
      },
    );
  },
);

function evidence(what: string): void {
  recordEvidence({
    ...{ part: "network", fault: what, expected: "exact when the network is good again" },
    ...{ observed: "exact", runs: 1, lost: 0, twice: 0 },
  });
}
