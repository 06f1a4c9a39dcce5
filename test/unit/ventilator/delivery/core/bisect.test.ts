import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cutIntoPieces, piecesMax } from "../../../../../src/ventilator/delivery/core/bisect.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const textOf = (payload: Uint8Array, { from, to }: { from: number; to: number }): string =>
  Buffer.from(payload.subarray(from, to)).toString();

const payload = fc
  .tuple(fc.array(fc.string({ maxLength: 40 }), { minLength: 1, maxLength: 60 }), fc.boolean())
  .map(([lines, isOpen]) => {
    const text = lines.map((line) => `${line.replaceAll("\n", "")}\n`).join("");
    return bytes(isOpen && text.length > 1 ? text.slice(0, -1) : text);
  });

describe("pieces of a batch", () => {
  it("hold all of it, in whole lines, and are more than one unless it is one line", () => {
    fc.assert(
      fc.property(payload, (whole) => {
        const pieces = cutIntoPieces(whole);
        const texts = pieces.map((piece) => textOf(whole, piece));
        expect(texts.join("")).toBe(Buffer.from(whole).toString());
        expect(pieces.length).toBeLessThanOrEqual(piecesMax);
        for (const text of texts.slice(0, -1)) expect(text.endsWith("\n")).toBe(true);
        for (const [index, { isLine }] of pieces.entries()) {
          expect(isLine).toBe(!texts[index]!.slice(0, -1).includes("\n"));
        }
        expect(pieces.length > 1 || pieces[0]!.isLine).toBe(true);
      }),
    );
  });

  it("lead to one line out of 9,000 in four cuts", () => {
    let rest = bytes("a line as they are, a hundred and eighteen bytes or so\n".repeat(9_000));
    let cuts = 0;
    for (;;) {
      const pieces = cutIntoPieces(rest);
      cuts += 1;
      const largest = pieces.sort((a, b) => b.to - b.from - (a.to - a.from))[0]!;
      rest = rest.subarray(largest.from, largest.to);
      if (largest.isLine) break;
    }
    expect(cuts).toBe(4);
  });
});
