// Who reads which content. Files that were found together are told apart here: a content that lies
// at several paths is read once, and contents that only begin alike get names of their own.
//
// New files are taken in the order of what is known about them: those that are certainly a source
// of the ledger first, so that a look-alike never gets the name under which another was counted.
// Within that, by path. One that may be a source or another is compared with the file of that source;
// where there is none it waits, and is named. Whoever finds its name taken is compared with its owner:
//
//   equal, or its beginning   a copy: nothing of it is sent
//   longer                    it is read instead of the owner
//   different                 it gets a longer head, until that is its alone
//
// One content can be listed under two sources of the configuration. The ledger knows contents, not
// sources, and merges each once per summary; so the second one leaves out what the first is for.

import { balanceKey, summaryKey } from "../../../shared/model/definition-key.ts";
import type { Plan } from "../../../shared/model/plan.ts";
import { hintWithContent } from "../../../shared/model/content-id.ts";
import type { SourceIdentity } from "../../../shared/model/content.ts";
import { isBehind, type LedgerView } from "../../ledger/core/ledger-view.ts";
import { workList, type HeldSpans, type WorkItem } from "../../ledger/core/work-list.ts";
import { rememberedHint } from "./file-facts.ts";
import { OwnersByContent } from "./owners-by-content.ts";
import { ContentNames, unusedName } from "./content-names.ts";
import { examine, inOrderOfCertainty, lengthenHead } from "./identify-file.ts";
import type { Examined } from "./identify-file.ts";
import {
  changedSentence,
  copySentence,
  newsOf,
  unclearSentence,
  wasCountedBefore,
} from "./owner-notices.ts";
import type { Unclear } from "./core/match-content.ts";
import { startOf, tailOf } from "./known-windows.ts";
import { compareWithOwner, relationInPlace } from "./compare-owners.ts";
import type { Problems } from "../problems.ts";
import type { TrackedFile } from "./tracked-file.ts";

/** The ledger at one moment, with everything that is on its way there since. */
export interface LedgerSnapshot {
  readonly view: LedgerView;
  /** The ledger as it will be when everything under way is merged. */
  known(): LedgerView;
  /** What of a content is merged or under way. */
  held(id: string): HeldSpans;
  /** The sink has changed: what was decided by this is not to be used. */
  readonly isVoid: boolean;
}

export class ContentOwners {
  readonly #problems: Problems;
  readonly #keys: ReadonlyMap<string, readonly string[]>;
  readonly #owners = new OwnersByContent();
  readonly #names = new ContentNames(this.#owners);

  constructor(plan: Plan, problems: Problems) {
    this.#problems = problems;
    this.#keys = new Map(
      plan.sources.map(({ name }) => [
        name,
        [balanceKey, ...plan.summaries.filter(({ from }) => from.includes(name)).map(summaryKey)],
      ]),
    );
  }

  /** Identifies new files and gives them their work. */
  async settle(files: readonly TrackedFile[], ledger: LedgerSnapshot): Promise<void> {
    const known = ledger.known();
    const examined: Examined[] = [];
    for (const file of files) {
      await this.#guard(file, async () => {
        const result = await examine(file, known.sources());
        if (result !== null) examined.push(result);
        else file.beNobody();
      });
      if (ledger.isVoid) return;
    }
    let left = examined.sort(inOrderOfCertainty);
    // Whoever is unclear may be told from one that was settled after it.
    for (let before = Infinity; left.length > 0 && left.length < before;) {
      before = left.length;
      for (const each of left) {
        await this.#guard(each.file, () => this.#settleOne(each, ledger, known));
        if (ledger.isVoid) return;
      }
      left = left.filter(({ file }) => file.state === "unclear");
    }
    for (const { file, candidates } of left) {
      const mayBe = candidates.find(({ source }) => file.mayBe.has(source.identity.id))!;
      this.#problems.add(unclearSentence(file, mayBe), file.path);
    }
    // Merged before, a copy, or empty by now.
    for (const file of files) {
      if (file.state === "known" && file.isDone) this.#problems.fixed(file.path);
    }
  }

  /** Gives an identified file the work that the ledger and the flight leave. */
  plan(file: TrackedFile, ledger: LedgerSnapshot): void {
    if (file.identity === null || file.isCopy || file.state !== "known") return;
    const { work } = this.#workOf(file, file.identity, file.contentBytes, ledger);
    file.setWorkIfChanged(work);
  }

  /** What a batch of the file is for when it is cut from new content. */
  wanted(file: TrackedFile): readonly string[] {
    const keys = this.#keys.get(file.source.name) ?? [];
    const id = file.identity?.id;
    if (id === undefined) return keys;
    const before: TrackedFile[] = [];
    for (const owner of this.#owners.of(id)) {
      if (owner.source === file.source) break;
      before.push(owner);
    }
    const taken = new Set(before.flatMap(({ source }) => this.#keys.get(source.name) ?? []));
    return keys.filter((key) => !taken.has(key));
  }

  /** The file is gone, or not what it was. */
  release(file: TrackedFile): void {
    if (file.identity !== null) this.#owners.remove(file.identity, file);
  }

  async #guard(file: TrackedFile, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#problems.giveUp(file, error);
    }
  }

  async #settleOne(examined: Examined, ledger: LedgerSnapshot, known: LedgerView): Promise<void> {
    const { file, match, contentBytes } = examined;
    file.isCompressed = examined.isCompressed;
    if (await this.#isUndecided(examined)) return;
    const identity = await this.#wishedName(examined, ledger, known);
    const { work } = this.#workOf(file, identity, contentBytes, ledger);
    const isOwned = this.#owners.of(identity.id).some(({ source }) => source === file.source);
    // More may be under way than was compared; and who has a source's beginning has no claim to the rest.
    if (match?.isCovered === true && work.length === 0 && (isOwned || !match.isWhole)) {
      this.#becomeCopy(file, identity, contentBytes, match.evidence !== "trusted");
      return;
    }
    const free = await this.#tellApart(examined, identity, known);
    if (ledger.isVoid || free === null) return;
    if (match?.evidence !== "trusted" && isBehind(known, free.id, ledger.held(free.id))) {
      file.state = "new";
      return;
    }
    if (match === null && wasCountedBefore(file, known.sources())) {
      this.#problems.notice(changedSentence(file));
    }
    this.#own(file, free, contentBytes, ledger, known);
    if (match !== null && file.work.length === 0) file.hintDue = newsOf(file, match);
  }

  /**
   * Whether nothing is to be done with the file: it is a copy of one that is here, or whether it is the
   * beginning of a source cannot be told. False where it is none of the sources that it may be.
   */
  async #isUndecided({ file, candidates, contentBytes }: Examined): Promise<boolean> {
    const left: Unclear[] = [];
    for (const candidate of candidates) {
      const { identity } = candidate.source;
      const owner = this.#owners.of(identity.id).find((each) => each.source === file.source);
      const seen = owner === undefined ? null : await relationInPlace(file, owner);
      const relation = this.#owners.of(identity.id).includes(owner!) ? seen : null;
      if (relation === "different") continue;
      if (relation === "equal" || relation === "beginning") {
        this.#becomeCopy(file, identity, contentBytes, true);
        return true;
      }
      left.push(candidate);
    }
    if (left.length === 0) return false;
    file.wait(left.map(({ source }) => source.identity.id));
    return true;
  }

  /** The source that the file is, unless it goes on behind that and is here under another name. */
  async #wishedName(
    examined: Examined,
    ledger: LedgerSnapshot,
    known: LedgerView,
  ): Promise<SourceIdentity> {
    const { file, match, contentBytes } = examined;
    if (match === null) return this.#names.nameOf(examined, known);
    const { identity } = match.source;
    const { work } = this.#workOf(file, identity, contentBytes, ledger);
    if (work.length === 0 || this.#owners.of(identity.id).length > 0) return identity;
    return (await this.#names.twinOf(examined, identity, known)) ?? identity;
  }

  /** The name under which the file may be read; null if it turns out to be a copy. */
  async #tellApart(
    examined: Examined,
    wished: SourceIdentity,
    view: LedgerView,
  ): Promise<SourceIdentity | null> {
    const { file } = examined;
    const different = new Set<string>();
    let identity = wished;
    for (let index = 0; ;) {
      const owner = this.#owners.of(identity.id)[index];
      if (owner === undefined) return identity;
      const comparison = await compareWithOwner(file, owner);
      const twin = comparison === null ? await this.#names.twinOf(examined, identity, view) : null;
      // Its reader has found out meanwhile that it is something else, and has let go of it.
      if (this.#owners.of(identity.id)[index] !== owner) continue;
      if (comparison === null) {
        // This file goes on behind what the owner has sent.
        if (twin === null) this.#replaceOwner(owner, identity, 0, true);
        else [identity, index] = [twin, 0];
        continue;
      }
      const { relation, bytes } = comparison;
      const isDifferent = relation === "different";
      if (isDifferent) different.add(identity.id);
      const alike = isDifferent ? await this.#names.otherOf(examined, view, different) : null;
      if (alike !== null) {
        [identity, index] = [alike, 0];
        continue;
      }
      const longer = isDifferent ? await lengthenHead(file, identity, bytes + 1) : identity;
      if (longer.id !== identity.id) {
        [identity, index] = [await unusedName(file, longer, view), 0];
      } else if (owner.source !== file.source) {
        index += 1;
      } else if (isDifferent || relation === "extension") {
        // Where no head tells them apart, something else lies at the owner's path by now; the next
        // scan finds out what.
        this.#replaceOwner(owner, identity, bytes, !isDifferent);
      } else {
        this.#becomeCopy(file, identity, bytes, true);
        return null;
      }
    }
  }

  /** Somebody else reads the content from now on. */
  #replaceOwner(owner: TrackedFile, name: SourceIdentity, bytes: number, isNews: boolean): void {
    if (!this.#owners.of(name.id).includes(owner)) return;
    this.release(owner);
    this.#becomeCopy(owner, name, bytes, isNews);
  }

  #own(
    file: TrackedFile,
    identity: SourceIdentity,
    contentBytes: number | null,
    ledger: LedgerSnapshot,
    known: LedgerView,
  ): void {
    file.identity = identity;
    this.#owners.add(identity, file);
    file.isCopy = false;
    file.state = "known";
    file.contentBytes = contentBytes;
    const { work, cutTo } = this.#workOf(file, identity, contentBytes, ledger);
    file.cutTo = cutTo;
    const source = known.find(identity.id);
    file.start = startOf(source);
    file.tail = tailOf(source, Math.min(cutTo, contentBytes ?? cutTo));
    file.setWork(work);
    if (!file.isCompressed && work.length > 0) file.diskBytesDone = work[0]!.from;
  }

  /** @param contentBytes of a compressed file, if it is known now. */
  #becomeCopy(
    file: TrackedFile,
    identity: SourceIdentity,
    contentBytes: number | null,
    isNews: boolean,
  ): void {
    file.identity = identity;
    file.isCopy = true;
    file.state = "known";
    file.contentBytes = contentBytes;
    file.setWork([]);
    if (!isNews) return;
    const owner = this.#owners.of(identity.id).find(({ source }) => source === file.source);
    if (owner !== undefined && owner !== file) this.#problems.notice(copySentence(file, owner));
    const isMeasured = file.isCompressed && contentBytes !== null && contentBytes > 0;
    const hint = rememberedHint(file);
    file.hintDue = isMeasured ? hintWithContent(hint, contentBytes) : hint;
  }

  #workOf(
    file: TrackedFile,
    identity: SourceIdentity,
    contentBytes: number | null,
    ledger: LedgerSnapshot,
  ): { readonly work: readonly WorkItem[]; readonly cutTo: number } {
    const work = workList(ledger.held(identity.id), this.wanted(file));
    const open = work.at(-1);
    const isOver = ({ from }: WorkItem): boolean => contentBytes !== null && from >= contentBytes;
    return { work: work.filter((item) => !isOver(item)), cutTo: open?.from ?? 0 };
  }
}
