// Files that move between being listed and being looked at, step by step. What the ventilator does of
// its own accord is tested in `test/integration/ventilator-follow.test.ts`.

import { renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { describe, expect, it } from "vitest";
import { balanceKey } from "../../../../../src/shared/model/definition-key.ts";
import { tailBytes, tailCrc32 } from "../../../../../src/shared/model/content-id.ts";
import { LedgerView, mergedOf } from "../../../../../src/ventilator/ledger/core/ledger-view.ts";
import { Catalog } from "../../../../../src/ventilator/source/file/catalog.ts";
import type { LedgerSnapshot } from "../../../../../src/ventilator/source/file/content-owners.ts";
import { Problems } from "../../../../../src/ventilator/source/problems.ts";
import type { TrackedFile } from "../../../../../src/ventilator/source/file/tracked-file.ts";
import { Bench, hitsKey, lines } from "../../../../support/ventilator-fixture.ts";

const header = "date time url\n";
const nothingMerged: LedgerSnapshot = {
  ...{ view: new LedgerView([]), known: () => new LedgerView([]) },
  ...{ held: () => new Map(), isVoid: false },
};

/** A ledger with all of a file's content. */
function mergedLedger({ identity, hint }: TrackedFile, content: string): LedgerSnapshot {
  const bytes = Buffer.from(content);
  const checks = { crc32: crc32(bytes), tailCrc32: tailCrc32(bytes) };
  const range = { from: 0, to: bytes.length, tailBytes, ...checks };
  const merged = { [balanceKey]: [range], [hitsKey]: [range] };
  const view = new LedgerView([{ name: "ads", identity: identity!, hints: [hint], merged }]);
  return {
    ...{ view, known: () => view, held: (id) => mergedOf(view.find(id)), isVoid: false },
  };
}

/** Another file lies at the path afterwards. */
function replace(path: string): void {
  rmSync(path, { force: true });
  writeFileSync(path, header + lines(0, 9, "c"));
}

class Trial {
  readonly bench = new Bench();
  readonly problems: Problems;
  readonly catalog: Catalog;
  ledger = nothingMerged;

  constructor(isOnce = false) {
    this.problems = new Problems(this.bench.logger, isOnce);
    this.catalog = new Catalog(this.bench.config, isOnce, this.problems, this.bench.logger);
  }

  /** Where a log of the name is. */
  at(name: string): string {
    return join(this.bench.logs, name);
  }

  /** Scans, and lets something happen before it is settled what was found. */
  async look(meanwhile = (): void => undefined): Promise<void> {
    await this.catalog.scan();
    meanwhile();
    await this.catalog.settle(this.ledger);
  }

  /** Files and those of them that wait to be read. */
  counts(): { readonly files: number; readonly waiting: number } {
    const { files, filesDone } = this.catalog.totals();
    return { files, waiting: files - filesDone };
  }
}

describe("a file whose look-alike moves while the two are compared", () => {
  it.each<[string, (path: string) => void]>([
    ["is deleted", (path) => rmSync(path)],
    ["is renamed", (path) => renameSync(path, `${path}.1`)],
    ["is replaced", replace],
  ])("because that %s, is looked at again, and is read", async (what, move) => {
    const trial = new Trial();
    const owner = trial.bench.write("a.log", header + lines(0, 100, "a"));
    await trial.look();
    trial.bench.write("b.log", header + lines(0, 5, "b"));
    await trial.look(() => move(owner));
    await trial.look();
    const files = what === "is deleted" ? 1 : 2;
    expect(trial.counts()).toEqual({ files, waiting: files });
    expect(trial.problems.list()).toEqual([]);
  });

  it("because that is rotated, is no content of its own if it is the beginning of that", async () => {
    const trial = new Trial();
    const content = header + lines(0, 100, "a");
    const owner = trial.bench.write("a.log", content);
    await trial.look();
    trial.ledger = mergedLedger(trial.catalog.next()!, content);
    trial.catalog.done();
    trial.bench.write("b.log", content.slice(0, 200));
    await trial.look(() => {
      renameSync(owner, trial.at("a.log.1"));
      replace(owner);
    });
    await trial.look();
    // The new a.log has to be read; the old one is merged, and so is b.log with it.
    expect(trial.counts()).toEqual({ files: 3, waiting: 1 });
    expect(trial.catalog.next()?.path).toBe(owner);
  });

  it("is a problem where files are read once", async () => {
    const trial = new Trial(true);
    const owner = trial.bench.write("a.log", header + lines(0, 100, "a"));
    await trial.look();
    trial.bench.write("b.log", header + lines(0, 5, "b"));
    await trial.look(() => rmSync(owner));
    expect(trial.problems.list()).toEqual([expect.stringContaining(`cannot read ${owner}`)]);
  });
});

describe("a new file that is renamed before it is looked at", () => {
  it("is found again under its new name, and is read", async () => {
    const trial = new Trial();
    const path = trial.bench.write("a.log", lines(0, 5));
    await trial.look(() => renameSync(path, trial.at("b.log")));
    expect(trial.counts()).toEqual({ files: 1, waiting: 0 });
    await trial.look();
    expect(trial.counts()).toEqual({ files: 1, waiting: 1 });
    expect(trial.catalog.next()?.path).toBe(trial.at("b.log"));
    expect(trial.problems.list()).toEqual([]);
  });
});
