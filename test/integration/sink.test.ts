// The sink over real sockets, with the real store on a disk in memory, and a scripted ventilator.

import { describe, expect, it } from "vitest";
import { planFingerprint } from "../../src/shared/model/definition-key.ts";
import { protocolVersion } from "../../src/shared/protocol/messages.ts";
import { MemoryFileSystem, systemError } from "../support/memory-file-system.ts";
import { until } from "../support/net-fixture.ts";
import { scriptedAcks } from "../support/scripted-ventilator.ts";
import {
  acknowledged,
  batchesOf,
  greet,
  lineWith,
  partialOf,
  plan,
  retagged,
  startTrial,
} from "../support/sink-fixture.ts";
import type { SinkTrial } from "../support/sink-fixture.ts";

const [first, second] = batchesOf(2).map((batch) => partialOf(batch));

/** A sink that knows session 1. */
async function greeted(files?: MemoryFileSystem): Promise<SinkTrial> {
  const trial = await startTrial(files);
  await greet(trial);
  return trial;
}

const metric = async ({ registry }: SinkTrial, line: string): Promise<boolean> =>
  (await registry.metrics()).includes(`${line}\n`);

describe("a sink", () => {
  it("says which store it has, and beats once it is answered", async () => {
    const trial = await startTrial();
    expect(trial.sink.isReady).toBe(false);
    expect(await greet(trial)).toMatchObject({
      version: protocolVersion,
      store: trial.sink.storeId,
      plan: planFingerprint(plan),
    });
    await trial.acks.receive("sink_beat");
    expect(trial.sink.isReady).toBe(true);
  });

  it("acknowledges what it has merged, with its lines", async () => {
    const trial = await greeted();
    await trial.send(first!);
    const ack = await trial.acks.receive("ack");
    expect(ack).toEqual({
      type: "ack",
      store: trial.sink.storeId,
      session: 1n,
      batches: [{ batch: 1, duplicate: false, lines: 1 }],
    });
    expect((await trial.sink.sheets()).sources).toMatchObject({ web: { lines: 1, parsed: 1 } });
  });

  it("acknowledges nothing that a power cut could lose", async () => {
    const trial = await greeted();
    const partials = batchesOf(60).map((batch) => partialOf(batch));
    const sent = Promise.all(partials.map((partial) => trial.send(partial)));
    const acked = await acknowledged(trial.acks, 1);
    const disk = trial.files.crash("nothing");
    await sent;
    await acknowledged(trial.acks, 60 - acked.length);

    const after = await startTrial(disk);
    await greet(after);
    await after.acks.send({ type: "ledger_request", request: 1, session: null });
    const { sources } = await after.acks.receive("ledger");
    const ranges = Object.values(sources[0]?.merged ?? {}).flat();
    for (const { batch } of acked) {
      const { from, to } = partials[batch - 1]!.header;
      expect(ranges.some((range) => range.from <= from && to <= range.to)).toBe(true);
    }
  });

  it("acknowledges a group commit in one message", async () => {
    const trial = await greeted();
    const partials = batchesOf(60).map((batch) => partialOf(batch));
    // While a sync hangs, everything else arrives and makes the next group.
    await Promise.all(partials.map((partial) => trial.send(partial)));
    const acked = await acknowledged(trial.acks, 60);
    expect(acked.map(({ batch }) => batch)).toEqual(partials.map(({ header }) => header.batch));
    const text = await trial.registry.metrics();
    const numberOf = (name: string): number =>
      Number(new RegExp(`^${name} (\\d+)$`, "m").exec(text)?.[1]);
    expect(numberOf("logmill_sink_acks_total")).toBe(numberOf("logmill_sink_group_commits_total"));
  });

  it("acknowledges a range that it has again, and adds nothing", async () => {
    const trial = await greeted();
    await trial.send(first!);
    await trial.acks.receive("ack");
    await trial.send(retagged(first!, { batch: 9 }));
    expect((await trial.acks.receive("ack")).batches).toMatchObject([
      { batch: 9, duplicate: true },
    ]);
    expect((await trial.sink.sheets()).sources).toMatchObject({ web: { lines: 1 } });
    expect(await metric(trial, 'logmill_sink_partials_total{result="duplicate"} 1')).toBe(true);
  });

  it("refuses what it cannot merge, with the reason", async () => {
    const trial = await greeted();
    await trial.send(first!);
    await trial.acks.receive("ack");
    const length = first!.header.to;
    const overlapping = partialOf({ batch: 2, from: length - 1, text: lineWith(404) });
    const next = partialOf({ batch: 3, from: length, text: lineWith(404) });
    const refused = [
      [overlapping, "overlap"],
      [{ ...next, crc32: (next.crc32 ^ 1) >>> 0 }, "checksum"],
      [retagged(next, { plan: "f".repeat(32) }), "plan"],
      [{ ...next, partial: new Uint8Array(9), crc32: 0xe60914ae }, "bad_table"],
    ] as const;
    for (const [message, reason] of refused) {
      await trial.send(message);
      expect(await trial.acks.receive("nack")).toMatchObject({
        store: trial.sink.storeId,
        session: 1n,
        batch: message.header.batch,
        reason,
      });
    }
    await trial.send(next);
    expect((await trial.acks.receive("ack")).batches).toMatchObject([{ batch: 3 }]);
  });

  it("drops what comes from a session that it does not know, and what is no partial", async () => {
    const trial = await greeted();
    await trial.push.send([new Uint8Array(40)]);
    await trial.send(retagged(first!, { session: 2n }));
    await trial.send(second!);
    expect((await trial.acks.receive("ack")).batches).toMatchObject([{ batch: 2 }]);
    const dropped = "logmill_sink_dropped_messages_total";
    expect(await metric(trial, `${dropped}{reason="bad_message"} 1`)).toBe(true);
    expect(await metric(trial, `${dropped}{reason="unknown_session"} 1`)).toBe(true);
  });

  it("greets a ventilator that was started again, and takes nothing more of its old session", async () => {
    const trial = await greeted();
    await trial.acks.router.close();
    const acks = await scriptedAcks(trial.endpoints.acks);
    const again = { ...trial, acks };
    await greet(again, 2n);
    await trial.send(first!);
    await trial.send(retagged(second!, { session: 2n }));
    expect(await acks.receive("ack")).toMatchObject({ session: 2n, batches: [{ batch: 2 }] });
  });

  it("refuses the work of a ventilator with another plan, and says so once", async () => {
    const trial = await startTrial();
    const other = "f".repeat(32);
    await greet(trial, 1n, other);
    await until("it complains", () => trial.logger.records.some(({ level }) => level === "error"));
    await trial.send(retagged(first!, { plan: other }));
    expect(await trial.acks.receive("nack")).toMatchObject({ batch: 1, reason: "plan" });
  });

  it("tells its ledger: sources, ranges, hints and sheets", async () => {
    const trial = await greeted();
    await trial.acks.send({ type: "ledger_request", request: 4, session: null });
    expect(await trial.acks.receive("ledger")).toMatchObject({
      request: 4,
      store: trial.sink.storeId,
      part: 0,
      more: false,
      sources: [],
      sheets: { sources: {} },
    });
    await trial.send(first!);
    await trial.acks.receive("ack");
    const { header } = first!;
    const elsewhere = { path: "/logs/a.log.1", inode: "1:3", stat: "1:3:3:5" };
    await trial.acks.send({ type: "hint", identity: header.identity, hint: elsewhere });
    // Answered after the hint was taken; the hint is durable with the next batch.
    await trial.acks.send({ type: "ledger_request", request: 4, session: null });
    await trial.acks.receive("ledger");
    await trial.send(second!);
    await trial.acks.receive("ack");
    await trial.acks.send({ type: "ledger_request", request: 5, session: null });
    const ledger = await trial.acks.receive("ledger");
    expect(ledger.sources).toHaveLength(1);
    expect(ledger.sources[0]).toMatchObject({ name: "web", identity: header.identity });
    expect(ledger.sources[0]?.hints).toContainEqual(elsewhere);
    for (const key of header.summaries) {
      expect(ledger.sources[0]?.merged[key]).toMatchObject([{ from: 0, to: second!.header.to }]);
    }
    expect(ledger.sheets?.sources).toMatchObject({ web: { lines: 2 } });
  });

  it("publishes and flushes before it answers that it has finished", async () => {
    const trial = await greeted();
    await trial.send(first!);
    await trial.send(partialOf({ batch: 2, from: first!.header.to, text: lineWith(404) }));
    await trial.acks.send({ type: "finish", request: 3 });
    await acknowledged(trial.acks, 2);
    const finished = await trial.acks.receive("finished");
    const path = "/disk/out/hits/2024-01-01.csv";
    expect(finished).toMatchObject({
      request: 3,
      outputs: { count: 1, first: [path] },
      sheets: { sources: { web: { lines: 2, parsed: 2 } } },
    });
    const file = (name: string): string => new TextDecoder().decode(trial.files.file(name));
    expect(file(path)).toMatch(/200,1\r?\n.*404,1\r?\n$/);
    expect(await metric(trial, "logmill_sink_flushes_total 1")).toBe(true);
    // Asked again, it answers again, and leaves the file alone.
    await trial.acks.send({ type: "finish", request: 4 });
    expect(await trial.acks.receive("finished")).toMatchObject({
      request: 4,
      outputs: { first: [path] },
    });
  });

  it("keeps its files up to date by itself between finishes", async () => {
    const endless = await startTrial(undefined, undefined, (config) => ({
      ...config,
      store: { ...config.store, flushIntervalMs: 5 },
    }));
    await greet(endless);
    await endless.send(first!);
    await until("there is a file", () =>
      endless.files.paths().includes("/disk/out/hits/2024-01-01.csv"),
    );
  });

  it("publishes after a restart what the sink before it had merged and not published", async () => {
    const before = await greeted();
    await before.send(first!);
    await acknowledged(before.acks, 1);
    const path = "/disk/out/hits/2024-01-01.csv";
    const left = before.files.crash("everything");
    expect(left.paths()).not.toContain(path);
    const after = await startTrial(left, undefined, (config) => ({
      ...config,
      store: { ...config.store, flushIntervalMs: 5 },
    }));
    await until("there is a file", () => after.files.paths().includes(path));
  });

  it("tries again when a file could not be written meanwhile", async () => {
    const files = new MemoryFileSystem();
    const endless = await startTrial(files, undefined, (config) => ({
      ...config,
      store: { ...config.store, flushIntervalMs: 5 },
    }));
    await greet(endless);
    const path = "/disk/out/hits/2024-01-01.csv";
    let isFull = true;
    files.before = (operation) => {
      if (isFull && operation.path.startsWith("/disk/out")) throw systemError("EACCES", path);
    };
    await endless.send(first!);
    await until("it complains", () =>
      endless.logger.records.some(({ level }) => level === "error"),
    );
    expect(files.paths()).not.toContain(path);
    isFull = false;
    await until("there is a file", () => files.paths().includes(path));
  });
});

describe("a sink that ends", () => {
  it("commits, publishes and flushes first; the next one has another incarnation of the same store", async () => {
    const trial = await startTrial();
    const hello = await greet(trial);
    await trial.send(first!);
    await trial.acks.receive("ack");
    await trial.sink.stop();
    expect(trial.files.paths()).toContain("/disk/out/hits/2024-01-01.csv");
    await trial.acks.router.close();

    const next = await startTrial(trial.files.crash("nothing"));
    const helloNext = await greet(next);
    expect(helloNext.store).toBe(hello.store);
    expect(helloNext.incarnation).not.toBe(hello.incarnation);
    await next.send(first!);
    expect((await next.acks.receive("ack")).batches).toMatchObject([{ duplicate: true }]);
  });

  it("ends at once when its disk fails, and acknowledges nothing of that", async () => {
    const files = new MemoryFileSystem();
    const trial = await greeted(files);
    await trial.send(first!);
    await trial.acks.receive("ack");
    const ended = expect(trial.sink.ended).rejects.toMatchObject({ code: "disk_failed" });
    files.before = ({ kind, path }) => {
      if (kind === "datasync") throw systemError("EIO", path);
    };
    await trial.send(second!);
    await ended;
    expect(trial.sink.isReady).toBe(false);
    await expect(trial.sink.stop()).rejects.toMatchObject({ code: "disk_failed" });
    expect(await metric(trial, "logmill_sink_acks_total 1")).toBe(true);
  });

  it("ends when a file of an output cannot be written, with everything safe in the store", async () => {
    const files = new MemoryFileSystem();
    const trial = await greeted(files);
    const ended = expect(trial.sink.ended).rejects.toMatchObject({ code: "output_failed" });
    files.before = ({ path }) => {
      if (path.startsWith("/disk/out")) throw systemError("EACCES", path);
    };
    await trial.send(first!);
    await trial.acks.receive("ack");
    await trial.acks.send({ type: "finish", request: 1 });
    await ended;
    files.before = () => undefined;
    const next = await startTrial(files.crash("nothing"));
    expect((await next.sink.sheets()).sources).toMatchObject({ web: { lines: 1 } });
  });

  it("gives its store and its addresses back", async () => {
    const trial = await greeted();
    await trial.sink.stop();
    await trial.acks.router.close();
    const again = await startTrial(trial.files, trial.endpoints);
    expect((await greet(again)).store).toBe(trial.sink.storeId);
  });
});
