import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { limits } from "../../../../src/shared/base/limits.ts";
import { randomBelow, seededRandom } from "../../../../src/shared/base/prng.ts";
import type { TableInfo } from "../../../../src/shared/model/table-info.ts";
import { TableFetch, type PieceRequest } from "../../../../src/worker/core/table-fetch.ts";
import { codeOf } from "../../../support/error-code.ts";

const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

function tableOf(name: string, bytes: Uint8Array): TableInfo {
  return { name, sha256: sha256(bytes), bytes: bytes.length };
}

const some = Uint8Array.from({ length: 100 }, (_, index) => index);
const info = tableOf("some", some);
const newFetch = (): TableFetch => new TableFetch(sha256);

describe("a worker's tables", () => {
  it("are complete at once where the plan has none", () => {
    const fetch = newFetch();
    expect(fetch.begin([], 0)).toBeNull();
    expect(fetch.isComplete).toBe(true);
  });

  it("are asked for a piece at a time, go on where a connection broke, and are kept for the next plan", () => {
    const fetch = newFetch();
    expect(fetch.begin([info], 0)).toEqual({ table: info.sha256, from: 0 });
    expect(fetch.piece(info.sha256, 0, some.subarray(0, 60), 1)).toEqual({
      table: info.sha256,
      from: 60,
    });
    expect([fetch.isComplete, fetch.missing]).toEqual([false, "some"]);
    expect(fetch.begin([info], 2)).toEqual({ table: info.sha256, from: 60 });
    expect(fetch.piece(info.sha256, 60, some.subarray(60), 3)).toBeNull();
    expect(fetch.tables()).toEqual(new Map([["some", some]]));
    expect(fetch.begin([info], 4)).toBeNull();
    expect(fetch.isComplete).toBe(true);
  });

  it("take no piece that was not asked for, is empty, or goes beyond the end", () => {
    const fetch = newFetch();
    fetch.begin([info], 0);
    for (const [table, from, piece] of [
      ["0".repeat(64), 0, some],
      [info.sha256, 1, some.subarray(1)],
      [info.sha256, 0, new Uint8Array(0)],
      [info.sha256, 0, new Uint8Array(101)],
    ] as const) {
      expect(fetch.piece(table, from, piece, 1)).toBeNull();
    }
    expect(fetch.begin([info], 2)).toEqual({ table: info.sha256, from: 0 });
  });

  it("are not used before their checksum is right, and given up when it never is", () => {
    const fetch = newFetch();
    fetch.begin([info], 0);
    const damaged = some.map((byte) => byte ^ 1);
    const again = { table: info.sha256, from: 0 };
    expect(fetch.piece(info.sha256, 0, damaged, 1)).toEqual(again);
    expect(fetch.piece(info.sha256, 0, damaged, 2)).toEqual(again);
    expect(fetch.isComplete).toBe(false);
    expect(codeOf(() => fetch.piece(info.sha256, 0, damaged, 3))).toBe("table_unavailable");
    expect(fetch.isComplete).toBe(false);
  });

  it("are given up when the ventilator has them not, and only those that are asked for", () => {
    const fetch = newFetch();
    fetch.begin([info], 0);
    expect(codeOf(() => fetch.unknown("0".repeat(64)))).toBe("none");
    expect(() => fetch.unknown(info.sha256)).toThrow(/the table some cannot be had/);
  });

  it("are asked for again when nothing comes, and given up in the end", () => {
    const fetch = newFetch();
    fetch.begin([info], 0);
    let nowMs = 0;
    let asked = 0;
    const wait = (): void => {
      for (;;) {
        nowMs += 1000;
        if (fetch.tick(nowMs) !== null) asked += 1;
      }
    };
    expect(codeOf(wait)).toBe("table_unavailable");
    expect(asked).toBe(limits.tablePieceTriesMax);
    expect(nowMs).toBe((limits.tablePieceTriesMax + 1) * limits.tablePieceWaitMs);
  });

  it("that are more than a worker may keep are refused before any memory is taken", () => {
    const huge = { ...info, bytes: limits.tablesBytesMax };
    expect(codeOf(() => newFetch().begin([huge, info], 0))).toBe("table_unavailable");
  });

  it("are the ventilator's bytes, whatever is lost, repeated or late, and however often it is dialled anew", () => {
    const contents = fc.array(fc.uint8Array({ minLength: 1, maxLength: 300 }), { maxLength: 4 });
    fc.assert(
      fc.property(
        contents,
        fc.integer(),
        fc.integer({ min: 1, max: 64 }),
        (list, seed, pieceBytes) => {
          const random = seededRandom(seed);
          const fetch = newFetch();
          const infos = list.map((bytes, index) => tableOf(`t${index}`, bytes));
          const byHash = new Map(list.map((bytes) => [sha256(bytes), bytes]));
          let nowMs = 0;
          let onWire: PieceRequest[] = [];
          const ask = (request: PieceRequest | null): void => {
            if (request !== null) onWire.push(request);
          };
          ask(fetch.begin(infos, nowMs));
          for (let step = 0; step < 20_000 && !fetch.isComplete; step += 1) {
            nowMs += 500;
            const fate = randomBelow(random, 12);
            if (fate === 0) onWire = onWire.slice(1);
            else if (fate === 1) onWire.push(...onWire.slice(0, 2));
            else if (fate === 2) {
              onWire = [];
              ask(fetch.begin(infos, nowMs));
            } else {
              const [request] = onWire.splice(randomBelow(random, onWire.length + 1), 1);
              if (request !== undefined) {
                const { table, from } = request;
                const bytes = byHash.get(table)!.subarray(from, from + pieceBytes);
                ask(fetch.piece(table, from, bytes, nowMs));
              }
            }
            ask(fetch.tick(nowMs));
          }
          expect(fetch.isComplete).toBe(true);
          expect([...fetch.tables()]).toEqual(infos.map(({ name }, index) => [name, list[index]]));
        },
      ),
      { numRuns: 100 },
    );
  });
});
