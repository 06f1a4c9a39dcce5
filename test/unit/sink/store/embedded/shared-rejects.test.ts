// An earlier logmill kept one balance sheet for all summaries, and a line that one of them could not use was
// counted by none. Its rows may therefore lack lines that the present logmill counts.

import { describe, expect, it } from "vitest";
import { Catalog } from "../../../../../src/sink/store/embedded/ledger/catalog.ts";
import { reconcile } from "../../../../../src/sink/store/embedded/manifest/reconcile.ts";
import { emptySourceSheet, type RejectCounts } from "../../../../../src/shared/model/sheet.ts";
import { configOf } from "../../../../support/store-runs.ts";

const { plan } = configOf({
  sources: { web: { type: "file", include: ["a"], format: { type: "combined" } } },
  summaries: {
    hits: { from: ["web"], metrics: { n: { type: "count" } } },
    late: { from: ["web"], dimensions: ["status"], metrics: { n: { type: "count" } } },
  },
});
const stored = reconcile({ definitions: [], readings: {} }, new Catalog(), plan);

/** Notes on opening a store in which `hits` has so many bytes without a sheet of its own. */
function notesOn(rejected: RejectCounts, bytesBefore: number): readonly string[] {
  const catalog = new Catalog();
  catalog.sources.set("web", { ...emptySourceSheet, lines: 9, parsed: 0, rejected });
  const { key } = stored.definitions.find(({ definition }) => definition.name === "hits")!;
  if (bytesBefore > 0) catalog.addBytesBefore(key, "web", bytesBefore);
  return reconcile(stored, catalog, plan).notes;
}

describe("lines that an earlier logmill kept from all summaries because one could not use them", () => {
  it("are named by reason, with the summaries that may lack them and the way to count them", () => {
    expect(notesOn({ blank: 1, missing_field: 4, bad_number: 5 }, 100)).toEqual([
      expect.stringMatching(
        /source web .*\(missing_field 4, bad_number 5\), so that hits may lack .*store rebuild/,
      ),
    ]);
  });

  it("are not spoken of where only the format rejected lines, or after a rebuild", () => {
    expect(notesOn({ blank: 1, bad_envelope: 8 }, 100)).toEqual([]);
    expect(notesOn({ missing_field: 4 }, 0)).toEqual([]);
  });
});
