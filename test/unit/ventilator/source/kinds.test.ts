// Sources of every kind are files to whoever reads them.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { openSource } from "../../../../src/ventilator/source/kinds.ts";
import { FileRuns } from "../../../support/file-runs.ts";
import { Bench } from "../../../support/ventilator-fixture.ts";

it("a source of files has what its patterns match, and says which of them match nothing", async () => {
  const bench = new Bench({ include: ["logs/*.log", "logs/*.gz"] });
  const path = bench.write("a.log", "a\n");
  const [config] = bench.config.sources;
  const { paths, unmatched } = await openSource(config!, bench.folder).list();
  expect(paths).toEqual([path]);
  expect(unmatched).toEqual([
    { sentence: "source ads: no file matches logs/*.gz", isNeeded: false },
  ]);
});

it("standard input is read from the file that it is kept in, to its last byte", async () => {
  const bench = new Bench();
  const path = join(bench.folder, "standard-input");
  writeFileSync(path, "a\nb");
  const { name, format, maxLineBytes, computed } = bench.config.sources[0]!;
  const read = { name, format, maxLineBytes, computed };
  const source = { ...read, type: "stdin", path, lastLine: "count" } as const;
  const runs = new FileRuns(() => ({ ...bench.config, sources: [source] }));
  const { problems } = await runs.run();
  expect([runs.lines, problems.list()]).toEqual([["a", "b"], []]);
});
