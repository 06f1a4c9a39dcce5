// Batches by reference are those that reading would cut, as far as there are any: whole lines, one
// after the other without a gap, and what is left is less than a batch or has very long lines.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { tailCrc32 } from "../../../src/shared/model/content-id.ts";
import { openContent } from "../../../src/ventilator/source/file/content.ts";
import { cutReference } from "../../../src/ventilator/source/file/reference.ts";
import { temporaryFolder } from "../../support/net-fixture.ts";

const batchBytesMax = 8192;

describe("cutting by reference", () => {
  it("gives whole lines without a gap, their tail's checksum, and their bytes when asked", async () => {
    const path = join(temporaryFolder(), "a.log");
    const lines = fc.array(fc.nat({ max: 3000 }), { maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(lines, fc.nat({ max: 20 }), fc.boolean(), async (lengths, skip, ends) => {
        const text = lengths.map((length) => "x".repeat(length)).join("\n") + (ends ? "\n" : "");
        const content = Buffer.from(text);
        writeFileSync(path, content);
        const starts = [0, ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1)];
        const first = starts[Math.min(skip, starts.length - 1)]!;
        const opened = await openContent(path);
        let from = first;
        for (;;) {
          const stretch = { from, to: content.length, batchBytesMax };
          const cut = await cutReference(opened, stretch, (error) => expect.fail(String(error)));
          if (cut === null) break;
          const bytes = content.subarray(from, cut.to);
          expect([cut.from, cut.checksums, cut.payload.length]).toEqual([
            from,
            "measured",
            bytes.length,
          ]);
          expect(bytes.length).toBeLessThanOrEqual(batchBytesMax);
          expect(bytes.at(-1)).toBe(0x0a);
          expect(cut.tailCrc32).toBe(tailCrc32(bytes));
          expect(bytes.equals(await cut.payload.load())).toBe(true);
          cut.payload.release();
          from = cut.to;
        }
        // Lines are shorter than a batch here, so only the end of the content is left.
        expect(content.length - from).toBeLessThan(batchBytesMax);
        await opened.close();
      }),
      { numRuns: 60 },
    );
  });
});
