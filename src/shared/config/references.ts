// What options say about each other, for the whole file: see the three checks it calls.

import type { LocatedNode } from "./document.ts";
import type { FaultCollector } from "./fault-collector.ts";
import { textAt } from "./located-values.ts";
import { checkOutputs } from "./output-references.ts";
import { checkSources } from "./source-references.ts";
import { checkSummaries } from "./summary-references.ts";

/** Reports what does not fit, given the folder of the file. */
export function checkReferences(root: LocatedNode, folder: string, faults: FaultCollector): void {
  checkEndpoints(root, faults);
  checkSummaries(root, checkSources(root, faults), faults);
  checkOutputs(root, folder, faults);
}

function checkEndpoints(root: LocatedNode, faults: FaultCollector): void {
  const users = new Map<string, string>();
  for (const option of ["tasks", "results", "acks"]) {
    const path = ["cluster", option];
    const endpoint = textAt(root, path);
    if (endpoint === null) continue;
    const other = users.get(endpoint);
    if (other !== undefined) {
      faults.value(path, `${other} has the same endpoint`, "give each its own port");
    }
    users.set(endpoint, option);
  }
}
