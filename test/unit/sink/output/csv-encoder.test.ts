import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CsvEncoder } from "../../../../src/sink/output/csv-encoder.ts";
import { columns, count, decimal, estimate, fraction, row } from "../../../support/query-rows.ts";

const rows = [
  row(
    ["2011-06-20", "plain"],
    [count(12n), decimal(1_500_000n, 6), decimal(-3n, 0), estimate(7), fraction(12n, 7n)],
  ),
  row(
    ["2011-06-20", 'say "hi", you\nthere'],
    [count(0n), decimal(-1n, 6), null, estimate(10_482, 10_000, 10_964), null],
  ),
];

const tinyColumns = { keys: columns.keys.slice(1), metrics: [] };

function encode(withBounds: boolean): string {
  const encoder = new CsvEncoder(columns, { bounds: withBounds });
  encoder.header();
  encoder.rows(rows);
  return encoder.take().toString();
}

describe("CSV", () => {
  it("has exact plain numbers, and quotes only what needs it", () => {
    expect(encode(false)).toBe(
      [
        "day,campaign,clicks,revenue,least,users,rate",
        "2011-06-20,plain,12,1.500000,-3,7,1.714286",
        '2011-06-20,"say ""hi"", you\nthere",0,-0.000001,,10482,',
        "",
      ].join("\n"),
    );
  });

  it("has the ends of the interval behind each estimate when asked", () => {
    expect(encode(true)).toBe(
      [
        "day,campaign,clicks,revenue,least,users,users_lo,users_hi,rate",
        "2011-06-20,plain,12,1.500000,-3,7,7,7,1.714286",
        '2011-06-20,"say ""hi"", you\nthere",0,-0.000001,,10482,10000,10964,',
        "",
      ].join("\n"),
    );
  });

  it("writes a record of one empty field so that it is a record", () => {
    const encoder = new CsvEncoder(tinyColumns, { bounds: false });
    encoder.rows([row([""], []), row(["a"], []), row([""], [])]);
    expect(encoder.take().toString()).toBe('""\na\n""\n');
  });

  it("copies the bytes of text as they are, and escapes what is no UTF-8", () => {
    const encoder = new CsvEncoder(tinyColumns, { bounds: false });
    const bytes = Uint8Array.of(0xef, 0xbb, 0xbf, 0x00, 0xff, 0x20);
    encoder.rows([{ keys: [bytes], values: [] }]);
    const text = [0xef, 0xbb, 0xbf, 0x00];
    expect([...encoder.take()]).toEqual([...text, ...Buffer.from("\\xff "), 0x0a]);
  });

  it("is read back by an RFC 4180 parser as what went in, in any division into blocks", () => {
    const text = fc.string({ unit: fc.constantFrom("a", '"', ",", "\n", "\r", " ", "é", "😀") });
    const big = fc.string({ unit: fc.constant('"'), minLength: 50_000, maxLength: 100_000 });
    const record = fc.tuple(fc.oneof({ weight: 50, arbitrary: text }, big), text);
    fc.assert(
      fc.property(fc.array(record, { maxLength: 20 }), fc.nat(20), (records, cut) => {
        const keys = { keys: [...columns.keys], metrics: [] };
        const encoder = new CsvEncoder(keys, { bounds: false });
        const asRows = records.map((fields) => row(fields, []));
        encoder.rows(asRows.slice(0, cut));
        const first = encoder.take().toString();
        encoder.rows(asRows.slice(cut));
        expect(parseCsv(first + encoder.take().toString())).toEqual(records);
      }),
      { numRuns: 200 },
    );
  });
});

/** A plain reader of RFC 4180 with LF. */
function parseCsv(text: string): string[][] {
  const records: string[][] = [];
  let fields: string[] = [];
  let at = 0;
  while (at < text.length) {
    let field = "";
    if (text[at] === '"') {
      at += 1;
      for (;;) {
        if (text[at] === '"' && text[at + 1] !== '"') break;
        if (text[at] === '"') at += 1;
        field += text[at]!;
        at += 1;
      }
      at += 1;
    } else {
      while (text[at] !== "," && text[at] !== "\n") {
        field += text[at]!;
        at += 1;
      }
    }
    fields.push(field);
    if (text[at] === "\n") {
      records.push(fields);
      fields = [];
    }
    at += 1;
  }
  return records;
}
