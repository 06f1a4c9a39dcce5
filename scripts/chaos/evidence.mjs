// What a script has seen, written where tests write theirs: `test/support/evidence.ts` says what it is.

import { appendFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";

/** @param {import("../../test/support/evidence.ts").Evidence} evidence */
export function recordEvidence(evidence) {
  const folder = process.env["LOGMILL_EVIDENCE"];
  if (folder === undefined) return;
  appendFileSync(join(folder, `${process.pid}.jsonl`), `${JSON.stringify(evidence)}\n`);
}
