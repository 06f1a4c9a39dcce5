import { describe, expect, it } from "vitest";
import { parseArithmetic, parseCondition } from "../../../../src/shared/config/expression.ts";
import type { ExpressionResult, Scope } from "../../../../src/shared/config/expression.ts";
import type { Expression } from "../../../../src/shared/model/plan.ts";

const scope: Scope = {
  check: (name) =>
    ["event", "status", "url", "user-agent", "clicks", "views"].includes(name)
      ? null
      : { problem: `no ${name}`, fix: "" },
};

/** Fully parenthesised, so that one glance shows how a text was understood. */
function show(expression: Expression): string {
  switch (expression.op) {
    case "field":
      return expression.name;
    case "string":
      return JSON.stringify(expression.value);
    case "number":
      return expression.text;
    case "not":
      return `(not ${show(expression.operand)})`;
    case "call":
      return `${expression.name}(${expression.arguments.map(show).join(", ")})`;
    case "if": {
      const { condition, then, else: otherwise } = expression;
      return `if(${[condition, then, otherwise].map(show).join(", ")})`;
    }
    case "in":
      return `(${show(expression.left)} in [${expression.values.map(show).join(", ")}])`;
    default:
      return `(${show(expression.left)} ${expression.op} ${show(expression.right)})`;
  }
}

function shown({ expression, faults }: ExpressionResult): string {
  return expression === null
    ? faults.map(({ index, problem, fix }) => `${index}: ${problem}; ${fix}`).join("\n")
    : show(expression);
}

describe("a condition", () => {
  it.each([
    ['event == "click"', '(event == "click")'],
    ["event == 'it is'", '(event == "it is")'],
    ['"click" != event', '(event != "click")'],
    ["status >= 500", "(status >= 500)"],
    ["500 > status", "(status < 500)"],
    ["status == -1.50", "(status == -1.50)"],
    ["status == .5", "(status == .5)"],
    ["status == +7", "(status == 7)"],
    [
      'event == "a" and status == 1 or url == "/"',
      '(((event == "a") and (status == 1)) or (url == "/"))',
    ],
    [
      'event == "a" && status == 1 || url == "/"',
      '(((event == "a") and (status == 1)) or (url == "/"))',
    ],
    [
      'event == "a" and (status == 1 or url == "/")',
      '((event == "a") and ((status == 1) or (url == "/")))',
    ],
    ['not event == "a"', '(not (event == "a"))'],
    ['not event == "a" and status == 1', '((not (event == "a")) and (status == 1))'],
    ['not not event == "a"', '(not (not (event == "a")))'],
    ['!(event == "a")', '(not (event == "a"))'],
    ['not event in ["a"]', '(not (event in ["a"]))'],
    [
      'event in ["a", "b"] and status in [200, -1]',
      '((event in ["a", "b"]) and (status in [200, -1]))',
    ],
    ['starts_with(url, "/a")', '(url starts_with "/a")'],
    ['matches(url, "^\\d+")', String.raw`(url matches "^\\d+")`],
    [
      'not contains(url, "?") or ends_with(url, ".gz")',
      '((not (url contains "?")) or (url ends_with ".gz"))',
    ],
    ['field("user-agent") == ""', '(user-agent == "")'],
    ['starts_with(field("user-agent"), "curl")', '(user-agent starts_with "curl")'],
    ['event == "a\\"b\\n"', '(event == "a\\"b\\n")'],
    [' \n event\t==\n"a" ', '(event == "a")'],
    ['event == "=="', '(event == "==")'],
  ])("%s means %s", (text, meaning) => {
    expect(shown(parseCondition(text, scope))).toBe(meaning);
  });

  it.each([
    ["", "0: the expression is empty; leave the option out"],
    ["event", "0: event is a field, no condition; compare it"],
    ['"a"', '0: here must be a condition; such as field == "text"'],
    ["true", "0: here must be a condition; "],
    ["evnt == 1", "0: no evnt; "],
    ['status == 1 and evnt == "x"', "16: no evnt; "],
    ['event = "a"', '6: unexpected "="; to compare, write =='],
    ['event <> "a"', "7: expected expression after <; for unequal, write !="],
    ['event === "a"', "0: === is no operator of a condition; write =="],
    ['event !== "a"', "0: !== is no operator of a condition; write !="],
    ['event == "a" & status == 1', "& is no operator of a condition"],
    ["status + 1 == 2", "here must be the name of a field"],
    ["event == url", "0: == compares a field with a text or a number; "],
    ["1 == 1", "0: == compares a field with a text or a number; "],
    ["1 < status < 5", "here must be the name of a field"],
    ['status < "5"', "9: < compares numbers, and this is a text; write 5 without quotes"],
    ["event == null", "9: here must be a text in quotes or a number; "],
    ["status == 1e3", "10: 1e3 has an exponent; write the number out"],
    ["status == 1234567890123456789", "10: 1234567890123456789 has too many digits; 18 before and"],
    ["status == 0.1234567890123456789", "has too many digits"],
    ["event in []", '9: in needs a list; write in ["a", "b"]'],
    ['event in "a"', "9: in needs a list"],
    ['event in ["a", 1]', "15: a list is of texts or of numbers; "],
    ['event in ["a", url]', '15: here must be a text in quotes or a number; write "url"'],
    ['event not in ["a"]', "6: an operator is missing before this; "],
    ['starts_wth(url, "a")', "0: there is no function starts_wth; did you mean starts_with?"],
    [
      "starts_with(url)",
      '0: starts_with takes a field and a text; write starts_with(field, "text")',
    ],
    ["matches(url, 5)", "13: matches looks for a text; put it in quotes"],
    ['matches(url, "a(b")', "15: this ( is not closed"],
    ['matches(url, "(a)\\1")', "17: back-references are not supported"],
    ['matches(url, "a(?=b)")', "15: look-around is not supported"],
    ['matches(url, "\\bx")', "14: \\b is not supported"],
    ["starts_with(url, 5)", "17: starts_with looks for a text; put it in quotes"],
    ['starts_with("a", url)', "12: here must be the name of a field; "],
    ["field(url) == 1", "0: here must be one name in quotes; "],
    ['field("nope") == 1', "6: no nope; "],
    ['event == "a" status == 1', "13: an operator is missing before this; "],
    ['event == "a";', '12: unexpected ";"; remove it'],
    [', event == "a"', '0: unexpected ","; remove it'],
    ['(event == "a"', "unclosed ("],
    ['event == "a', "unclosed quote"],
    ["event.length == 1", "here must be the name of a field"],
    ["event ? 1 : 2", "here must be a condition"],
    ["constructor(url, 'a')", "there is no function constructor"],
    ["this == 1", "here must be the name of a field"],
  ])("%s is refused", (text, fault) => {
    const { expression, faults } = parseCondition(text, scope);
    expect(expression).toBeNull();
    expect(
      faults.map((each) => `${each.index}: ${each.problem}; ${each.fix}`).join("\n"),
    ).toContain(fault);
  });

  it("has all of its faults reported", () => {
    const { faults } = parseCondition('evnt == "a" and url < "b" or usr != ""', scope);
    expect(faults.map(({ index }) => index)).toEqual([0, 22, 29]);
  });

  it("may not be monstrous", () => {
    expect(shown(parseCondition(`${"(".repeat(8000)}1`, scope))).toMatch(/nested|unclosed/i);
    expect(shown(parseCondition(" ".repeat(9000), scope))).toContain("empty");
    expect(shown(parseCondition(`url == "${"x".repeat(9000)}"`, scope))).toContain(
      "8192 characters",
    );
    const long = Array.from({ length: 400 }, (_, i) => `status == ${i}`).join(" or ");
    expect(parseCondition(long, scope).faults).toEqual([]);
  });
});

describe("arithmetic", () => {
  it.each([
    ["clicks / views", "(clicks / views)"],
    ["1000 * clicks / views", "((1000 * clicks) / views)"],
    ["clicks - views - 1", "((clicks - views) - 1)"],
    ["clicks + views * 2.50", "(clicks + (views * 2.50))"],
    ["(clicks + views) / 2", "((clicks + views) / 2)"],
    ["-clicks", "(0 - clicks)"],
    ["+clicks", "clicks"],
    ['metric("user-agent") * 1', "(user-agent * 1)"],
  ])("%s means %s", (text, meaning) => {
    expect(shown(parseArithmetic(text, scope))).toBe(meaning);
  });

  it.each([
    ["clicks / vews", "9: no vews"],
    ["clicks > 1", "0: here must be arithmetic over metrics"],
    ["clicks % 2", "here must be arithmetic"],
    ["clicks ** 2", "here must be arithmetic"],
    ['"a"', '0: "a" is no number'],
    ["clicks and views", "here must be arithmetic"],
    ["not clicks", "here must be arithmetic"],
    ["sqrt(clicks)", "0: there are no functions in arithmetic"],
    ["clicks views", "7: an operator is missing before this"],
    ["clicks /", "expected expression after /"],
    ["1e3 * clicks", "0: 1e3 has an exponent"],
  ])("%s is refused", (text, fault) => {
    expect(shown(parseArithmetic(text, scope))).toContain(fault);
  });
});
