// The files of all sources: which there are, which of them are new or have changed, and which has
// work next. A scan only looks; who a file is, and what of it is to be sent, is settled afterwards
// against a ledger.
//
// What a change means, when a path shows another stat token than before:
//
//   the same inode, grown      new content behind the old, if head and tail are where they were
//   the same inode elsewhere   renamed
//   anything else              a new file, to be identified by what it holds
//
// A file that is being read is left alone. One that was changed just before it was looked at is looked at
// once more when it has rested, since a change within one tick of the clock leaves no trace.

import { existsSync } from "node:fs";
import { dirname } from "node:path";
import type { Config, SourceConfig } from "../../../shared/config/config.ts";
import type { Logger } from "../../../shared/runtime/logger.ts";
import { deadLetterFolder } from "../../dead-letter/dead-letter-file.ts";
import { replayPath } from "../../dead-letter/replay.ts";
import { ContentOwners, type LedgerSnapshot } from "./content-owners.ts";
import { lookAt, openContent } from "./content.ts";
import { hasRested, isSameFile, type FileFacts } from "./file-facts.ts";
import { hasOnlyGrown, isStillContent } from "./identify-file.ts";
import { openSource } from "../kinds.ts";
import type { Problems } from "../problems.ts";
import type { Listing, Source } from "../source.ts";
import { progressOf, totalsOf, type CatalogTotals, type SourceProgress } from "./progress.ts";
import { TrackedFile } from "./tracked-file.ts";

export class Catalog {
  readonly owners: ContentOwners;
  readonly #sources: readonly Source[];
  readonly #deadLetters: string;
  readonly #problems: Problems;
  readonly #logger: Logger;
  readonly #isOnce: boolean;
  /** By source and path. */
  readonly #files = new Map<string, TrackedFile>();
  readonly #reading = new Set<TrackedFile>();
  /** Contents of which more was merged since the last scan. */
  readonly #merged = new Set<string>();

  constructor(config: Config, isOnce: boolean, problems: Problems, logger: Logger) {
    const baseFolder = dirname(config.path);
    this.#sources = config.sources.map((source) => openSource(source, baseFolder));
    this.#deadLetters = deadLetterFolder(config.dataDir);
    this.#isOnce = isOnce;
    this.#problems = problems;
    this.#logger = logger;
    this.owners = new ContentOwners(config.plan, problems);
  }

  get hasNew(): boolean {
    return this.#some((file) => file.state === "new");
  }

  get hasWork(): boolean {
    return this.#some((file) => !file.isDone);
  }

  totals(): CatalogTotals {
    return totalsOf(this.#files.values());
  }

  /** How far each source is, by what is on disk now. */
  progress(): SourceProgress[] {
    const names = this.#sources.map(({ config: { name } }) => name);
    return progressOf(names, this.#files.values());
  }

  /** All files that are there. */
  get files(): Iterable<TrackedFile> {
    return this.#files.values();
  }

  /** Looks for files that are new, have changed or are gone. */
  async scan(): Promise<void> {
    const found = new Map<string, { readonly source: SourceConfig; readonly path: string }>();
    for (const { config: source, list } of this.#sources) {
      const listing = await list();
      this.#reportUnmatched(listing);
      for (const sentence of listing.refused) this.#problems.add(sentence);
      const replay = replayPath(this.#deadLetters, source.name);
      const paths = existsSync(replay) ? [...listing.paths, replay] : listing.paths;
      for (const path of paths) found.set(keyOf(source, path), { source, path });
    }
    const missing = [...this.#files.keys()].filter((key) => !found.has(key));
    for (const [key, { source, path }] of found) {
      await this.#guard(path, async () => {
        const facts = await lookAt(path);
        const file = this.#files.get(key) ?? this.#renamed(missing, source, facts);
        if (file === null) this.#files.set(key, new TrackedFile(source, path, facts));
        else {
          this.#files.set(key, file);
          file.path = path;
          await this.#notice(file, facts);
        }
      });
    }
    for (const key of missing) this.#forgetMissing(key, found);
    for (const file of this.#files.values()) file.merged(this.#merged);
    this.#merged.clear();
  }

  /** More of a content is merged. */
  merged(id: string): void {
    this.#merged.add(id);
  }

  /** Identifies what is new and gives it its work. */
  async settle(ledger: LedgerSnapshot): Promise<void> {
    const fresh = [...this.#files.values()].filter(
      ({ state }) => state === "new" || state === "unclear",
    );
    await this.owners.settle(fresh, ledger);
  }

  /** Brings all work up to date with a new ledger. */
  replan(ledger: LedgerSnapshot): void {
    for (const file of this.#files.values()) this.owners.plan(file, ledger);
  }

  /** Every file is new again: another store may know them by other names. */
  forgetAll(): void {
    for (const file of this.#files.values()) this.#forget(file, file);
  }

  /** The first file of these sources that has work; the caller reads it, and says so with `done`. */
  next(isWanted: (source: string) => boolean = () => true): TrackedFile | null {
    for (const file of this.#files.values()) {
      if (file.state !== "known" || file.work.length === 0 || !isWanted(file.source.name)) continue;
      this.#reading.add(file);
      return file;
    }
    return null;
  }

  done(file: TrackedFile): void {
    this.#reading.delete(file);
  }

  /** It is not what it was, and has to be identified again. */
  renew(file: TrackedFile, facts: FileFacts): void {
    this.#forget(file, facts);
  }

  /** It has lines behind what was planned of it. */
  grow(file: TrackedFile, facts: FileFacts): void {
    file.see(facts);
    file.contentBytes = null;
    if (file.work.at(-1)?.to === null) return;
    const summaries = this.owners.wanted(file);
    file.setWork([...file.work, { from: file.cutTo, to: null, summaries }]);
    file.diskBytesDone = file.cutTo;
  }

  /** Ids of what lies in the files that were identified, copies as well. */
  contents(): Set<string> {
    return new Set(Array.from(this.#files.values(), ({ identity }) => identity?.id ?? ""));
  }

  /** Files whose place the sink is to be told. */
  *hinting(): Generator<TrackedFile> {
    for (const file of this.#files.values()) if (file.hintDue !== null) yield file;
  }

  async #notice(file: TrackedFile, facts: FileFacts): Promise<void> {
    if (this.#reading.has(file)) {
      // Its reader sees for itself where it ends; what waits behind that is known here alone.
      if (facts.hint.inode === file.hint.inode) file.diskBytes = facts.diskBytes;
      return;
    }
    if (facts.hint.stat === file.hint.stat && !mayDiffer(file, facts)) return;
    const mayBeKnown = file.state === "known" && file.identity !== null && !file.isCopy;
    const relation = mayBeKnown ? await this.#relationOf(file, facts) : "other";
    if (this.#reading.has(file)) return;
    if (relation === "other") this.#forget(file, facts);
    else if (relation === "same") file.times = facts.times;
    else this.grow(file, relation);
  }

  /** What a file that has changed, or may have, is to what was known of it; as it is now, if it has grown. */
  async #relationOf(file: TrackedFile, facts: FileFacts): Promise<"same" | "other" | FileFacts> {
    const isSame = facts.hint.stat === file.hint.stat;
    if (!isSame && (file.isCompressed || facts.diskBytes < file.cutTo)) return "other";
    const content = await openContent(file.path);
    try {
      if (isSame) return (await isStillContent(file, content)) ? "same" : "other";
      return (await hasOnlyGrown(file, content)) ? content : "other";
    } finally {
      await content.close();
    }
  }

  #forget(file: TrackedFile, facts: FileFacts): void {
    const id = file.isCopy ? undefined : file.identity?.id;
    this.owners.release(file);
    file.forget(facts);
    if (id !== undefined) this.#forgetCopies(id);
  }

  /** What was to be read in their place has to be read from them. */
  #forgetCopies(id: string): void {
    for (const copy of this.#files.values()) {
      if (copy.isCopy && copy.identity?.id === id) this.#forget(copy, copy);
    }
  }

  /** The file of a path that is gone, under a new one. */
  #renamed(missing: string[], source: SourceConfig, facts: FileFacts): TrackedFile | null {
    const index = missing.findIndex((key) => {
      const file = this.#files.get(key)!;
      return file.source === source && file.hint.inode === facts.hint.inode;
    });
    if (index < 0) return null;
    const [key] = missing.splice(index, 1);
    const file = this.#files.get(key!)!;
    this.#files.delete(key!);
    return file;
  }

  #forgetMissing(key: string, found: ReadonlyMap<string, unknown>): void {
    const file = this.#files.get(key);
    if (file === undefined || this.#reading.has(file) || found.has(key)) return;
    this.owners.release(file);
    this.#files.delete(key);
    const id = file.isCopy ? undefined : file.identity?.id;
    file.setWork([]);
    // Also when it was read to its end: what cannot be had from it any more, and when it has failed.
    if (id !== undefined) this.#forgetCopies(id);
  }

  async #guard(path: string, look: () => Promise<void>): Promise<void> {
    try {
      await look();
    } catch (error) {
      // Between two scans files come and go; in a single one, what was listed should be there.
      const isGone = (await lookAt(path).catch(errnoOf)) === "ENOENT";
      if (this.#isOnce || !isGone) this.#problems.take(error, path);
    }
  }

  #reportUnmatched({ unmatched }: Listing): void {
    for (const { sentence, isNeeded } of unmatched) {
      if (this.#isOnce && isNeeded) this.#problems.add(sentence);
      else if (this.#isOnce) this.#logger.info(sentence);
    }
  }

  #some(test: (file: TrackedFile) => boolean): boolean {
    for (const file of this.#files.values()) if (test(file)) return true;
    return false;
  }
}

/**
 * Whether a file that looks as it did may be another one: one that could not be read may be readable,
 * and one that was changed just before the last look may have been changed just after it.
 */
function mayDiffer(file: TrackedFile, facts: FileFacts): boolean {
  if (file.state === "failed") return !isSameFile(file, facts);
  return file.identity !== null && !hasRested(file) && hasRested(facts);
}

function keyOf(source: SourceConfig, path: string): string {
  return `${source.name}\0${path}`;
}

function errnoOf(error: unknown): unknown {
  return (error as { readonly fields?: { readonly errno?: unknown } }).fields?.errno;
}
