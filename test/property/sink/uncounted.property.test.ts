// Which contents have no line that counts, and which samples are kept: laws over the order of batches.

import fc from "fast-check";
import { expect, test } from "vitest";
import { balanceKey } from "../../../src/shared/model/definition-key.ts";
import type { RejectSample } from "../../../src/shared/model/partial.ts";
import { Catalog } from "../../../src/sink/store/embedded/ledger/catalog.ts";
import { rangeOf } from "../../../src/sink/store/embedded/ledger/range-set.ts";
import { headerOf } from "../../support/store-script.ts";
import { partialFor } from "../../support/partials.ts";

const batch = fc.record({
  content: fc.nat(2),
  parsed: fc.integer({ min: 0, max: 1 }),
  rejected: fc.integer({ min: 0, max: 2 }),
});

test("a content has no line that counts if and only if no batch of it has one, in any order", () => {
  fc.assert(
    fc.property(
      fc.array(batch, { maxLength: 12 }),
      fc.infiniteStream(fc.nat()),
      (batches, draws) => {
        const enter = (order: readonly number[]): Catalog => {
          const catalog = new Catalog();
          for (const index of order) {
            const { content, parsed, rejected } = batches[index]!;
            const header = headerOf(content, index * 10, index * 10 + 10);
            const range = rangeOf(header.from, header.to, header.crc32, header.tailCrc32);
            const sheet = { lines: parsed + rejected, bytes: 10, parsed, deadLettered: 0 };
            const source = { ...sheet, rejected: rejected === 0 ? {} : { bad_csv: rejected } };
            const of = {
              summary: null,
              reason: "bad_csv",
              field: "",
              offset: 1,
              value: null,
            } as const;
            const samples: RejectSample[] =
              rejected === 0 ? [] : [{ ...of, bytes: Buffer.from("x") }];
            const partial = { ...partialFor([balanceKey], source), samples };
            catalog.enter({ ...header, range, summaries: [balanceKey] }, partial);
          }
          return catalog;
        };
        const order = batches.map((_, index) => index);
        const one = enter(order);
        const other = enter(
          order
            .map((index) => [draws.next().value as number, index] as const)
            .sort(([a], [b]) => a - b)
            .map(([, index]) => index),
        );
        for (const content of [0, 1, 2]) {
          const own = batches.filter((each) => each.content === content);
          const isBad = own.length > 0 && own.every(({ parsed }) => parsed === 0);
          const { id } = headerOf(content, 0, 10).identity;
          for (const catalog of [one, other]) {
            const share = catalog.uncounted.contents.get(id)?.get(balanceKey);
            expect(share !== undefined).toBe(isBad);
            const lines = own.reduce((sum, { rejected }) => sum + rejected, 0);
            if (isBad) expect(share!.rejected["bad_csv"] ?? 0).toBe(lines);
          }
        }
        expect(other.uncounted.contents).toEqual(new Map(one.uncounted.contents));
        // The first by place are among the samples, whatever came last.
        const least = (catalog: Catalog): unknown[] =>
          [...catalog.examples.sheets]
            .flatMap(({ list }) => list.map(({ path, offset }) => [path, offset]))
            .sort()
            .slice(0, 1);
        expect(least(other)).toEqual(least(one));
      },
    ),
  );
});
