// What the ventilator knows of one file that a pattern matched.
//
//   new ──identify──► known ──read to its end──► known, no work ──it changes──► new or more work
//    └──────── failed (a problem is on the list, or it is gone) ◄─────┘
//
// Several paths may hold one content. Then one of them is read (it has the work), and the others
// are copies: nothing of them is sent.

import type { SourceConfig } from "../../../shared/model/config.ts";
import type { SourceHint, SourceIdentity } from "../../../shared/model/content.ts";
import { sameWork, type Span, type WorkItem } from "../../ledger/core/work-list.ts";
import type { FileFacts } from "./content-reader.ts";

export class TrackedFile {
  readonly source: SourceConfig;
  path: string;
  hint: SourceHint;
  diskBytes: number;
  state: "new" | "known" | "failed" = "new";
  /** Set while known; null also for an empty file, which nobody can tell from another. */
  identity: SourceIdentity | null = null;
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
  /** The last bytes before `cutTo`, to recognise the file when it has changed. */
  tail: (Span & { readonly crc32: number }) | null = null;
  /** Bytes of the file that need not be looked at again. */
  diskBytesDone = 0;
  /** To be told to the sink when everything of this file is acknowledged. */
  hintDue: SourceHint | null = null;

  constructor(source: SourceConfig, path: string, facts: FileFacts) {
    this.source = source;
    this.path = path;
    this.hint = facts.hint;
    this.diskBytes = facts.diskBytes;
  }

  get isDone(): boolean {
    return this.state === "failed" || (this.state === "known" && this.work.length === 0);
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
    this.hint = facts.hint;
    this.diskBytes = facts.diskBytes;
    this.state = "new";
    this.identity = null;
    this.isCopy = false;
    this.setWork([]);
    this.contentBytes = null;
    this.unfinishedBytes = 0;
    this.cutTo = 0;
    this.tail = null;
    this.diskBytesDone = 0;
    this.hintDue = null;
  }
}
