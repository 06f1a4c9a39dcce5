// What the ventilator knows of one file that a pattern matched.
//
//   new ──identify──► known ──read to its end──► known, no work ──it changes──► new or more work
//    ├──────── failed (a problem is on the list, or it is gone) ◄─────┘
//    └──────── unclear: it may be what was counted, or another; looked at again with every ledger, and
//              when more of what it may be is merged
//
// Several paths may hold one content. Then one of them is read (it has the work), and the others
// are copies: nothing of them is sent.

import { crc32Combine } from "../../../shared/base/crc32-combine.ts";
import { tailBytes } from "../../../shared/model/content-id.ts";
import type { SourceConfig } from "../../../shared/config/config.ts";
import type { SourceHint, SourceIdentity } from "../../../shared/model/content.ts";
import type { Window } from "../../../shared/model/read-range.ts";
import { sameWork, type WorkItem } from "../../ledger/core/work-list.ts";
import type { FileFacts, FileTimes } from "./file-facts.ts";
import type { KnownPreamble } from "./preambles.ts";

export class TrackedFile {
  readonly source: SourceConfig;
  path: string;
  hint: SourceHint;
  diskBytes: number;
  times: FileTimes;
  state: "new" | "known" | "failed" | "unclear" = "new";
  /** Set while known; null also for a file without a whole line, which nobody can tell from another. */
  identity: SourceIdentity | null = null;
  /** Ids of the contents that it may be, while that is unclear. */
  mayBe: ReadonlySet<string> = new Set();
  isCompressed = false;
  /** Another path is read in its place. */
  isCopy = false;
  /** Counts changes of the work list; who reads notices that its plan is void. */
  plan = 0;
  /** What is still to be sent, ascending. The first item's `from` moves on with every batch. */
  work: readonly WorkItem[] = [];
  /** Length of the content, when it is known: nothing beyond is looked for until the file changes. */
  contentBytes: number | null = null;
  /** Bytes behind the last line that has ended, as of the last time that the file was read to its end. */
  unfinishedBytes = 0;
  /** Where lines have been cut to; behind it the file may only grow. */
  cutTo = 0;
  /** What is known of the content, to recognise it when the file has changed: its beginning. */
  start: Window | null = null;
  /** And the last bytes before `cutTo`, as far as the file goes. */
  tail: Window | null = null;
  /** The end of `tail` that was cut in small pieces. */
  #growth: Window | null = null;
  /** Bytes of the file that need not be looked at again. */
  diskBytesDone = 0;
  /** How far it is known what precedes ranges, where the format needs that; null: not at all. */
  preamble: KnownPreamble | null = null;
  /** To be told to the sink when everything of this file is acknowledged. */
  hintDue: SourceHint | null = null;

  constructor(source: SourceConfig, path: string, facts: FileFacts) {
    this.source = source;
    this.path = path;
    this.hint = facts.hint;
    this.diskBytes = facts.diskBytes;
    this.times = facts.times;
  }

  /** It is the same, grown or not, and this is how it looks now. */
  see({ hint, diskBytes, times }: FileFacts): void {
    this.hint = hint;
    this.diskBytes = diskBytes;
    this.times = times;
  }

  get isDone(): boolean {
    return this.state !== "new" && this.work.length === 0;
  }

  /** Nothing of it is left to be read, and it does not wait until it can be told from another. */
  get isRead(): boolean {
    return this.isDone && this.state !== "unclear";
  }

  /** Lines were cut up to the end of this window. */
  cut(window: Window): void {
    if (window.to < this.cutTo) return;
    this.cutTo = window.to;
    const isEnough = window.to - window.from >= tailBytes;
    if (isEnough || this.tail?.to !== window.from) {
      this.tail = window;
      this.#growth = null;
      return;
    }
    // A few bytes may be the same in another content, so they are kept together with what precedes them.
    this.#growth = this.#growth === null ? window : joined(this.#growth, window);
    this.tail = joined(this.tail, window);
    if (this.#growth.to - this.#growth.from < tailBytes) return;
    this.tail = this.#growth;
    this.#growth = null;
  }

  setWork(work: readonly WorkItem[]): void {
    this.work = work;
    this.plan += 1;
    if (work.length === 0) this.diskBytesDone = this.diskBytes;
  }

  /** Leaves whoever reads the file alone if what it reads is still right. */
  setWorkIfChanged(work: readonly WorkItem[]): void {
    if (!sameWork(this.work, work)) this.setWork(work);
  }

  /** Who it is cannot be told. @param mayBe ids of contents */
  wait(mayBe: Iterable<string>): void {
    this.state = "unclear";
    this.mayBe = new Set(mayBe);
    this.setWork([]);
    this.diskBytesDone = 0;
  }

  /** More of these contents is merged: if it may be one of them, it is looked at again. */
  merged(ids: ReadonlySet<string>): void {
    const mayBeTold = [...this.mayBe].some((id) => ids.has(id));
    if (this.state === "unclear" && mayBeTold) this.state = "new";
  }

  /** It has nothing to count yet. */
  beNobody(): void {
    this.state = "known";
    this.setWork([]);
  }

  fail(): void {
    this.state = "failed";
    this.setWork([]);
  }

  /** Something moved while it was looked at: the next scan takes it for changed, and begins anew. */
  lose(): void {
    this.fail();
    this.hint = { ...this.hint, stat: "" };
  }

  /** Forgets everything but the path. */
  forget(facts: FileFacts): void {
    this.see(facts);
    this.state = "new";
    this.identity = null;
    this.isCopy = false;
    this.setWork([]);
    this.contentBytes = null;
    this.unfinishedBytes = 0;
    this.cutTo = 0;
    this.start = null;
    this.tail = null;
    this.#growth = null;
    this.diskBytesDone = 0;
    this.hintDue = null;
    this.preamble = null;
  }
}

function joined(first: Window, second: Window): Window {
  const crc32 = crc32Combine(first.crc32, second.crc32, second.to - second.from);
  return { from: first.from, to: second.to, crc32 };
}
