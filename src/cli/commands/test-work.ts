// What `logmill test` does: runs the tests of a configuration and says what is not as expected; with `--update` it
// writes what tests have not said yet.

import { readFileSync, writeFileSync } from "node:fs";
import { parseDocument } from "yaml";
import { LogmillError } from "../../shared/base/errors.ts";
import { loadConfig } from "../../shared/config/load.ts";
import { paint, terminalStyle } from "../../shared/text/terminal-table.ts";
import { renderReject } from "../screens/reject-report.ts";
import { runTest, type TestResult } from "../testing/run-test.ts";

/** The options, as the work gets them. */
export interface TestArguments {
  /** Path of the configuration. */
  readonly config: string;
  readonly update: boolean;
  readonly seed: number;
}

/**
 * Returns the exit code: 1 where a test fails.
 * @throws LogmillError `config_invalid`, `usage`, `disk_failed`
 */
export async function runTests(args: TestArguments): Promise<number> {
  const config = loadConfig(args.config, process.env);
  if (config.tests.length === 0) {
    throw new LogmillError(
      "usage",
      `${args.config} has no tests; add \`tests:\` with \`lines\`, and \`logmill test --update\` writes what they give`,
    );
  }
  const style = terminalStyle(process.stdout, process.env);
  const written: Written[] = [];
  let failed = 0;
  for (const [index, test] of config.tests.entries()) {
    const result = await runTest(config, test, args.seed);
    const { faults: found, rejectFaults } = result;
    const isNew = test.expect === undefined;
    const isWritten = isNew && args.update && found.length === 0;
    if (isWritten) written.push({ index, result, hasRejects: test.rejects !== undefined });
    const faults = isWritten ? [] : [...found, ...rejectFaults];
    if (isNew && !args.update) {
      faults.push("there is no `expect`; logmill test --update writes what the lines give");
    }
    if (faults.length > 0) failed += 1;
    const word = faults.length > 0 ? "failed" : isWritten ? "written" : "passed";
    const name = test.name ?? `test ${index + 1}`;
    const rejects = isWritten ? [] : result.rejects.map((reject) => renderReject(reject, style));
    const lines = [
      `${paint(word, "bold", style)}  ${name}`,
      ...faults.map((fault) => `  ${fault}`),
    ];
    process.stdout.write(`${lines.join("\n")}\n${rejects.join("")}`);
  }
  if (written.length > 0) update(args.config, written);
  const passed = config.tests.length - failed;
  process.stdout.write(`${passed} passed, ${failed} failed\n`);
  return failed > 0 ? 1 : 0;
}

interface Written {
  /** Of the test. */
  readonly index: number;
  readonly result: TestResult;
  readonly hasRejects: boolean;
}

/** Comments and what else stands in the file stay. */
function update(path: string, written: readonly Written[]): void {
  const document = parseDocument(readFileSync(path, "utf8"));
  for (const { index, result, hasRejects } of written) {
    const { actual, rejected } = result;
    document.setIn(["tests", index, "expect"], document.createNode(actual));
    if (!hasRejects && Object.keys(rejected).length > 0) {
      document.setIn(["tests", index, "rejects"], document.createNode(rejected));
    }
  }
  try {
    writeFileSync(path, document.toString({ lineWidth: 0 }));
  } catch (error) {
    const { message } = error as Error;
    throw new LogmillError("disk_failed", `cannot write ${path}: ${message}`, { cause: error });
  }
}
