// Files that move between being listed and being looked at, step by step. What the ventilator does of
// its own accord is tested in `test/integration/ventilator-follow.test.ts`.

import { renameSync, rmSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { CatalogTrial, mergedLedger } from "../../../../support/catalog-trial.ts";
import { lines } from "../../../../support/ventilator-fixture.ts";

const header = "date time url\n";
/** Another file lies at the path afterwards. */
function replace(path: string): void {
  rmSync(path, { force: true });
  writeFileSync(path, header + lines(0, 9, "c"));
}

describe("a file whose look-alike moves while the two are compared", () => {
  it.each<[string, (path: string) => void]>([
    ["is deleted", (path) => rmSync(path)],
    ["is renamed", (path) => renameSync(path, `${path}.1`)],
    ["is replaced", replace],
  ])("because that %s, is looked at again, and is read", async (what, move) => {
    const trial = new CatalogTrial();
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
    const trial = new CatalogTrial();
    const content = header + lines(0, 100, "a");
    const owner = trial.bench.write("a.log", content);
    await trial.look();
    const file = trial.catalog.next()!;
    trial.ledger = mergedLedger(file, content);
    trial.catalog.done(file);
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
    const trial = new CatalogTrial(true);
    const owner = trial.bench.write("a.log", header + lines(0, 100, "a"));
    await trial.look();
    trial.bench.write("b.log", header + lines(0, 5, "b"));
    await trial.look(() => rmSync(owner));
    expect(trial.problems.list()).toEqual([expect.stringContaining(`cannot read ${owner}`)]);
  });
});

describe("a new file that is renamed before it is looked at", () => {
  it("is found again under its new name, and is read", async () => {
    const trial = new CatalogTrial();
    const path = trial.bench.write("a.log", lines(0, 5));
    await trial.look(() => renameSync(path, trial.at("b.log")));
    expect(trial.counts()).toEqual({ files: 1, waiting: 0 });
    await trial.look();
    expect(trial.counts()).toEqual({ files: 1, waiting: 1 });
    expect(trial.catalog.next()?.path).toBe(trial.at("b.log"));
    expect(trial.problems.list()).toEqual([]);
  });
});
