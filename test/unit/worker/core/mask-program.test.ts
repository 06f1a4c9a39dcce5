import { describe, expect, it } from "vitest";
import type { Expression } from "../../../../src/shared/model/plan.ts";
import { MaskProgram, decimalLiteral } from "../../../../src/worker/core/mask-program.ts";

const equals = (name: string, value: string): Expression => ({
  op: "==",
  left: { op: "field", name },
  right: { op: "string", value },
});
const a = equals("event", "a");
const b = equals("event", "b");

describe("MaskProgram", () => {
  it("computes equal conditions and equal parts once", () => {
    const program = new MaskProgram();
    const either = program.add({ op: "or", left: a, right: b });
    expect(program.add({ op: "or", left: equals("event", "a"), right: b })).toBe(either);
    expect(program.add(a)).toBeLessThan(either);
    program.add({ op: "not", operand: a });
    expect(program.steps.map(({ type }) => type)).toEqual(["text", "text", "or", "not"]);
  });

  it("tells texts from numbers and fields from each other", () => {
    const program = new MaskProgram();
    const number = { op: "number", text: "1" } as const;
    const steps = [
      program.add(equals("x", "1")),
      program.add({ op: "==", left: { op: "field", name: "x" }, right: number }),
      program.add(equals("y", "1")),
    ];
    expect(new Set(steps).size).toBe(3);
  });

  it("closes over operands, and only over those", () => {
    const program = new MaskProgram();
    const unused = program.add(equals("event", "c"));
    const root = program.add({ op: "and", left: a, right: { op: "not", operand: b } });
    const closure = program.closure([root]);
    expect(closure.has(unused)).toBe(false);
    expect(closure.size).toBe(4);
  });

  it("refuses what no configuration can hold", () => {
    const program = new MaskProgram();
    const field = { op: "field", name: "x" } as const;
    const faults: Expression[] = [
      field,
      { op: "==", left: field, right: field },
      { op: "<", left: field, right: { op: "string", value: "a" } },
      { op: "contains", left: field, right: { op: "number", text: "1" } },
      { op: "+", left: field, right: field },
    ];
    for (const fault of faults) expect(() => program.add(fault)).toThrow("assertion failed");
  });
});

describe("decimalLiteral", () => {
  it.each([
    ["0", false, "", ""],
    ["-0.00", false, "", ""],
    ["007.50", false, "7", "5"],
    ["-12.", true, "12", ""],
    [".05", false, "", "05"],
    ["+3", false, "3", ""],
  ])("reads %s", (text, negative, whole, fraction) => {
    expect(decimalLiteral(text)).toEqual({ negative, whole, fraction });
  });
});
