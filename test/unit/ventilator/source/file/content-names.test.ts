// Under which name a content is read, where several have a right to one, or one to several.

import { rmSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { lookAt } from "../../../../../src/ventilator/source/file/content.ts";
import type { TrackedFile } from "../../../../../src/ventilator/source/file/tracked-file.ts";
import { CatalogTrial, ledgerOf, mergedSource } from "../../../../support/catalog-trial.ts";
import { lines } from "../../../../support/ventilator-fixture.ts";

const stem = lines(0, 20, "stem");
const [a, b] = [stem + lines(0, 60, "a"), stem + lines(0, 40, "b")];

/** Files that wait to be read, by name. */
function waiting(trial: CatalogTrial): string[] {
  return [...trial.catalog.files]
    .filter(({ work }) => work.length > 0)
    .map(({ path }) => path.slice(path.lastIndexOf("/") + 1))
    .sort();
}

function fileOf(trial: CatalogTrial, name: string): TrackedFile {
  return [...trial.catalog.files].find(({ path }) => path === trial.at(name))!;
}

/** A file was seen when it held nothing but the stem, of which this much is merged, and holds `a` now. */
async function grown(merged: string): Promise<CatalogTrial> {
  const trial = new CatalogTrial();
  trial.bench.write("grown.log", stem);
  await trial.look();
  trial.ledger = ledgerOf([mergedSource(fileOf(trial, "grown.log"), merged)]);
  writeFileSync(trial.at("grown.log"), a);
  await trial.look();
  return trial;
}

describe("a copy of a content that waits to be read, which begins like one of which a part is merged", () => {
  it("is a copy also when the one of which a part is merged is gone", async () => {
    const trial = await grown(stem);
    trial.bench.write("b.log", b);
    await trial.look();
    expect(waiting(trial)).toEqual(["b.log", "grown.log"]);
    rmSync(trial.at("grown.log"));
    trial.bench.write("copy.log", b);
    await trial.look();
    expect(waiting(trial)).toEqual(["b.log"]);
  });

  it("is a copy also when that one was replaced just now and nothing of it is merged", async () => {
    const trial = new CatalogTrial();
    trial.bench.write("grown.log", stem);
    await trial.look();
    writeFileSync(trial.at("grown.log"), a);
    trial.bench.write("b.log", b);
    await trial.look();
    trial.bench.write("copy.log", b);
    await trial.look(() => writeFileSync(trial.at("grown.log"), lines(0, 90, "other")));
    await trial.look();
    expect(waiting(trial)).toEqual(["b.log", "grown.log"]);
  });

  it("is what goes on with that part if nobody else does", async () => {
    const trial = await grown(stem);
    rmSync(trial.at("grown.log"));
    trial.bench.write("b.log", b);
    await trial.look();
    expect(fileOf(trial, "b.log").work).toMatchObject([{ from: stem.length, to: null }]);
  });
});

describe("a content that goes on with either of two of which parts are merged", () => {
  it("has the name of the one that nobody reads, when it is not what lies in the other's file", async () => {
    const trial = await grown(stem);
    const [source] = trial.ledger.known().sources();
    trial.bench.write("b.log", b);
    await trial.look();
    const other = mergedSource(fileOf(trial, "b.log"), stem.slice(0, stem.indexOf("\n") + 1));
    const again = new CatalogTrial();
    again.ledger = ledgerOf([source!, other]);
    again.bench.write("a.log", a);
    await again.look();
    again.bench.write("b.log", b);
    await again.look();
    expect(fileOf(again, "b.log").identity).toEqual(other.identity);
  });
});

describe("a file that has no more than the first lines of a source", () => {
  it("keeps nobody from going on with the source who has all of it", async () => {
    const first = new CatalogTrial();
    first.bench.write("b.log", b);
    await first.look();
    const source = mergedSource(fileOf(first, "b.log"), b);
    const again = new CatalogTrial();
    again.ledger = ledgerOf([source]);
    again.bench.write("begun.log", `${b.slice(0, b.indexOf("\n") + 1)}half a`);
    await again.look();
    again.bench.write("b.log", b + lines(0, 5, "more"));
    await again.look();
    expect(fileOf(again, "b.log").work).toMatchObject([{ from: b.length, to: null }]);
    expect(waiting(again)).toEqual(["b.log"]);
  });
});

describe("a file of which as much as was merged when it was looked at is like another one", () => {
  it("is not taken for that one because more of that one is merged by now", async () => {
    const trial = await grown(stem);
    const [source] = trial.ledger.known().sources();
    const later = mergedSource(fileOf(trial, "grown.log"), a);
    trial.ledger = ledgerOf([source!], [later]);
    trial.bench.write("b.log", b);
    await trial.look();
    expect(waiting(trial)).toContain("b.log");
  });

  it("is looked at again before it goes on with more than it was compared with", async () => {
    const trial = await grown(stem);
    const [source] = trial.ledger.known().sources();
    const later = mergedSource(fileOf(trial, "grown.log"), a.slice(0, stem.length + 500));
    rmSync(trial.at("grown.log"));
    trial.ledger = ledgerOf([source!], [later]);
    trial.bench.write("b.log", b);
    await trial.look();
    expect([fileOf(trial, "b.log").state, waiting(trial)]).toEqual(["new", []]);
    trial.ledger = ledgerOf([later]);
    await trial.look();
    expect(waiting(trial)).toEqual(["b.log"]);
    expect(fileOf(trial, "b.log").work).toMatchObject([{ from: 0, to: null }]);
  });
});

describe("a file whose owner turns out to hold something else while the two are compared", () => {
  it("is read, and so is what the owner holds by now", async () => {
    const trial = new CatalogTrial();
    trial.bench.write("a.log", a);
    await trial.look();
    const owner = fileOf(trial, "a.log");
    trial.bench.write("copy.log", a);
    await trial.catalog.scan();
    writeFileSync(trial.at("a.log"), b);
    const seen = await lookAt(trial.at("a.log"));
    // Not since just now, or it would be looked at once more anyway.
    const facts = { ...seen, times: { ...seen.times, changedNs: 0n } };
    const ledger = ledgerOf([]);
    await trial.catalog.settle({
      ...ledger,
      held: (id) => {
        if (owner.identity !== null && !owner.isCopy) {
          queueMicrotask(() => trial.catalog.renew(owner, facts));
        }
        return ledger.held(id);
      },
    });
    await trial.look();
    expect(waiting(trial)).toEqual(["a.log", "copy.log"]);
  });
});

describe("a file that may be one whose own file is found later", () => {
  it("is told from it as soon as that is settled", async () => {
    const trial = await grown(stem);
    const [stemmed] = trial.ledger.known().sources();
    trial.bench.write("b.log", b);
    await trial.look();
    const partly = mergedSource(fileOf(trial, "b.log"), stem);
    const again = new CatalogTrial();
    again.ledger = ledgerOf([stemmed!, partly]);
    const short = stem + lines(0, 10, "short");
    again.bench.write("0-short.log", short);
    again.bench.write("a.log", a);
    again.bench.write("b.log", b);
    await again.look();
    expect(waiting(again)).toEqual(["0-short.log", "a.log", "b.log"]);
    expect(again.problems.list()).toEqual([]);
  });
});

describe("a copy of a file that is replaced before it is read", () => {
  it("is read in that file's place", async () => {
    const trial = new CatalogTrial();
    trial.bench.write("a.log", a);
    await trial.look();
    trial.bench.write("copy.log", a);
    await trial.look();
    expect(waiting(trial)).toEqual(["a.log"]);
    writeFileSync(trial.at("a.log"), b);
    await trial.look();
    expect(waiting(trial)).toEqual(["a.log", "copy.log"]);
  });
});
