// `--where` of a query: a condition of the configuration's words over what a summary has.

import { LogmillError } from "../../shared/base/errors.ts";
import { parseCondition } from "../../shared/config/expression.ts";
import type { Expression } from "../../shared/model/plan.ts";
import { suggest } from "../../shared/text/nearest-word.ts";
import { visibleText } from "../../shared/text/terminal-table.ts";

const times = ["bucket", "hour", "day", "week", "month"];

/** @throws LogmillError `usage` with everything that is wrong with it. */
export function readCondition(
  text: string,
  dimensions: readonly string[],
  metrics: readonly string[],
): Expression {
  const names = [...dimensions, ...metrics];
  const check = (name: string) => {
    if (names.includes(name)) return null;
    const problem = `there is no dimension and no metric ${name}`;
    const isTime = times.includes(name);
    return { problem, fix: isTime ? "ask for times by --from and --to" : suggest(name, names) };
  };
  const { expression, faults } = parseCondition(text, { check });
  if (expression !== null) return expression;
  const sentences = faults.map(({ index, problem, fix }) => {
    const place = visibleText(text.slice(index).trim());
    return [`${problem}${place === "" ? ", at its end" : `, at \`${place}\``}`, fix]
      .filter((part) => part !== "")
      .join("; ");
  });
  throw new LogmillError("usage", `--where: ${sentences.join(". ")}`);
}
