// Keeps keys of Redis servers up to date with the store: for each bucket one key (a sorted set by country and day), or one
// for each combination of dimensions. They hold absolute values, so writing them twice changes nothing.
//
// - What is published, and from which version of its bucket, the servers say themselves (`server.ts`). A bucket is left
//   alone while that, the definition and the layout are the same, and its keys are still there: how many is asked by the
//   first publish and whenever a server was lost, and then in turn.
// - The version is taken before the bucket is read, as `file-publisher.ts` has it.
// - A server that is away keeps no other from being written. A server that no key belongs to is never called.
// - Keys of buckets that the store has no more are named and stay, as files do. A key that belongs to another server
//   now is deleted where it was.

import { readFileSync } from "node:fs";
import { LogmillError } from "../../../shared/base/errors.ts";
import { systemErrorCode } from "../../../shared/base/system-error.ts";
import type { RedisOutput } from "../../../shared/config/config.ts";
import { bucketLabel, bucketOf } from "../../../shared/model/bucket.ts";
import { parseRedisUrl } from "../../../shared/model/redis-url.ts";
import { readSecretFile } from "../../../shared/runtime/secret-file.ts";
import { TimeSlice } from "../../../shared/runtime/time-slice.ts";
import { keyColumns } from "../../query/columns.ts";
import { bucketRows } from "../../query/query.ts";
import type { SummaryInfo } from "../../store/summary-info.ts";
import { FileTargets, type FileTarget } from "../file-targets.ts";
import type { Publisher, PublisherParts, PublishReport } from "../publisher.ts";
import { withdraw, writeBucket, type Written } from "./bucket-writer.ts";
import { loadRedisLibrary, type RedisAccess } from "./connection.ts";
import { keyOwner } from "./key-owner.ts";
import { redisLayout, type RedisLayout } from "./layout.ts";
import { RedisServer } from "./server.ts";

const passwordName = "LOGMILL_REDIS_PASSWORD";

/** Published buckets whose keys are looked at in one publish, beside those that are written: all are in turn. */
const sizesPerPublish = 1024;

interface RedisParts extends PublisherParts {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly nowMs: () => number;
}

/** What is published on one server. */
interface ServerWork {
  readonly server: RedisServer;
  readonly targets: readonly FileTarget[];
}

/** What one publish has done, as it goes on. */
interface Progress {
  readonly written: string[];
  readonly abandoned: string[];
  rows: number;
  rounded: number;
}

export class RedisPublisher implements Publisher {
  readonly #parts: RedisParts;
  readonly #output: RedisOutput;
  readonly #layout: RedisLayout;
  readonly #servers: readonly RedisServer[];
  readonly #owner: (key: Uint8Array) => number;
  readonly #targets: FileTargets;
  /** By server, the place of the target that is looked at next. */
  readonly #sizedUpTo = new Map<RedisServer, number>();
  #access: RedisAccess | null = null;

  constructor(parts: RedisParts, output: RedisOutput) {
    this.#parts = parts;
    this.#output = output;
    const layout = redisLayout(output);
    this.#layout = layout;
    const urls = output.endpoints.map(parseRedisUrl);
    const places = urls.map(({ place }) => place);
    this.#servers = urls.map((url) => new RedisServer(url, output.name, parts.store.storeId));
    this.#owner = keyOwner(places);
    const { zset, hash, string, ttlMs, summaries } = output;
    const rendering = {
      ...{ type: "redis", version: 1, zset, hash, string, ttlMs },
      // Which keys of a bucket are on a server depends on all of them.
      ...(!layout.isOneKey && { places: [...places].sort() }),
    };
    this.#targets = new FileTargets(
      parts,
      { summaries, path: layout.keyTemplate },
      { rendering, keys: (definition) => keyColumns(definition, layout.dimensions) },
    );
  }

  get name(): string {
    return this.#output.name;
  }

  prepare(): void {
    const { passwordFile, caFile } = this.#output;
    const given = this.#parts.environment[passwordName] ?? "";
    const written =
      passwordFile === null ? null : readSecretFile(passwordFile, "the password of Redis");
    const password = given === "" ? written : given;
    const authorities = caFile === null ? null : readAuthorities(this.name, caFile);
    this.#access = { library: loadRedisLibrary(), password, authorities };
  }

  async newPaths(summaries: readonly SummaryInfo[]): Promise<readonly string[]> {
    const added = await this.#targets.update(summaries);
    return added.flatMap((path) => this.#shown(path));
  }

  async publish(summaries: readonly SummaryInfo[]): Promise<PublishReport> {
    await this.#targets.update(summaries);
    const all = this.#targets.all.filter((target) => !this.#isExpired(target));
    const progress: Progress = { written: [], abandoned: [], rows: 0, rounded: 0 };
    const errors: unknown[] = [];
    for (const work of this.#work(all)) {
      try {
        await this.#publishOn(work, progress);
      } catch (error) {
        if (!(error instanceof LogmillError) || error.code !== "output_unavailable") throw error;
        errors.push(error);
      }
    }
    if (errors.length > 0) throw errors[0];
    const { written, abandoned, rows, rounded } = progress;
    const paths = all.flatMap(({ path }) => this.#shown(path));
    return { paths, written, abandoned, rows, notes: this.#notesOf(rounded) };
  }

  close(): void {
    for (const server of this.#servers) server.close();
  }

  /** By server, what belongs there; servers with nothing are left out. */
  #work(targets: readonly FileTarget[]): readonly ServerWork[] {
    const { isOneKey } = this.#layout;
    return this.#servers
      .map((server, index) => ({
        server,
        targets: isOneKey ? targets.filter(({ path }) => this.#ownerOf(path) === index) : targets,
      }))
      .filter((work) => work.targets.length > 0);
  }

  async #publishOn({ server, targets }: ServerWork, progress: Progress): Promise<void> {
    await server.open(this.#access!);
    await this.#dropAllBut(targets, server, progress);
    const slice = new TimeSlice();
    const stale = await this.#stale(server, targets);
    for (const target of targets) {
      if (slice.isOver) await slice.next();
      if (!stale.has(target.path)) continue;
      const { records, rounded } = await this.#write(server, target);
      progress.written.push(`${server.url.place}/${target.path}`);
      progress.rows += records;
      progress.rounded += rounded;
    }
  }

  /** Names of those that are not published as they are now, or whose keys are not there. */
  async #stale(server: RedisServer, targets: readonly FileTarget[]): Promise<ReadonlySet<string>> {
    const stale = new Set<string>();
    const current: { readonly path: string; readonly size: number }[] = [];
    const slice = new TimeSlice();
    for (const { path, content } of targets) {
      if (slice.isOver) await slice.next();
      const [published, size] = (server.published.get(path) ?? "").split(" ");
      if (published === content) current.push({ path, size: Number(size) });
      else stale.add(path);
    }
    const next = this.#sizedUpTo.get(server) ?? 0;
    const from = server.isNew ? 0 : next % Math.max(1, current.length);
    const count = server.isNew ? current.length : Math.min(sizesPerPublish, current.length);
    this.#sizedUpTo.set(server, from + count);
    for (let done = 0; done < count; done += sizesPerPublish) {
      const piece = Array.from(
        { length: Math.min(sizesPerPublish, count - done) },
        (_, index) => current[(from + done + index) % current.length]!,
      );
      const sizes = await server.pipeline(piece.map(({ path }) => this.#sizeCommand(server, path)));
      piece.forEach(({ path, size }, index) => {
        if (sizes[index] !== size) stale.add(path);
      });
    }
    return stale;
  }

  #sizeCommand(server: RedisServer, name: string): string[] {
    const { isOneKey, sizeCommand } = this.#layout;
    return isOneKey ? [sizeCommand, name] : ["SCARD", server.indexes(name).published];
  }

  async #write(server: RedisServer, target: FileTarget): Promise<Written> {
    const { stored, columns, bucketStart, path, content } = target;
    const { name: summary, definition } = stored;
    const bucket = bucketLabel(definition.timezone, definition.granularity, bucketStart);
    const makeRecord = this.#layout.records(columns, { summary, bucket });
    const index = this.#servers.indexOf(server);
    const isAlone = this.#layout.isOneKey || this.#servers.length === 1;
    return await writeBucket(
      {
        ...{ server, layout: this.#layout, name: path, content },
        expiresAt: this.#expiresAt(target),
        pipeline: this.#output.pipeline,
      },
      bucketRows(this.#parts.store, stored, columns, bucketStart),
      (row) => {
        const record = makeRecord(row);
        return isAlone || record === null || this.#owner(record.key) === index ? record : null;
      },
    );
  }

  /** What the server has and should not: moved keys are deleted, expired ones forgotten, others named. */
  async #dropAllBut(
    targets: readonly FileTarget[],
    server: RedisServer,
    progress: Progress,
  ): Promise<void> {
    const kept = new Set(targets.map(({ path }) => path));
    const known = new Map(this.#targets.all.map((target) => [target.path, target]));
    for (const path of [...server.published.keys()]) {
      if (kept.has(path)) continue;
      const target = known.get(path);
      if (target === undefined) progress.abandoned.push(`${server.url.place}/${path}`);
      else await withdraw(server, this.#layout, path);
    }
  }

  #ownerOf(name: string): number {
    return this.#owner(Buffer.from(name));
  }

  /** How people call what is published under a name: on one server, or on each. */
  #shown(name: string): readonly string[] {
    const servers = this.#layout.isOneKey ? [this.#servers[this.#ownerOf(name)]!] : this.#servers;
    return servers.map(({ url }) => `${url.place}/${name}`);
  }

  #expiresAt({ stored, bucketStart }: FileTarget): number | null {
    const { ttlMs } = this.#output;
    if (ttlMs === null) return null;
    const { timezone, granularity } = stored.definition;
    return Math.ceil(bucketOf(timezone, granularity, bucketStart).end + ttlMs / 1000);
  }

  #isExpired(target: FileTarget): boolean {
    const expiresAt = this.#expiresAt(target);
    return expiresAt !== null && expiresAt * 1000 <= this.#parts.nowMs();
  }

  #notesOf(rounded: number): readonly string[] {
    if (rounded === 0) return [];
    return [
      `output ${this.name}: scores of sorted sets are doubles, and hold 15 digits; some of the numbers have more ` +
        "and are rounded there. A hash or a string holds them all",
    ];
  }
}

function readAuthorities(output: string, path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (cause) {
    throw new LogmillError(
      "config_invalid",
      `outputs.${output}.ca_file: ${path} cannot be read (${systemErrorCode(cause)}); name a file of certificates (PEM)`,
      { cause },
    );
  }
}
