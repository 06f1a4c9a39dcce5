// What the option `timestamp` of a format says about the format's fields: the time is made of fields that lines have.

import { suggest } from "../text/nearest-word.ts";
import type { LocatedNode, Path } from "./document.ts";
import type { FaultCollector } from "./fault-collector.ts";
import { keysAt, textsAt } from "./located-values.ts";

/**
 * @param fields those that lines of the format have
 * @param hasTime whether one of them is `timestamp`, or it is made of others anyway
 */
export function checkTime(
  root: LocatedNode,
  path: Path,
  fields: readonly string[],
  hasTime: boolean,
  faults: FaultCollector,
): void {
  if (keysAt(root, path).length === 0) return;
  const from = textsAt(root, [...path, "from"]);
  if (from.length === 0 && !hasTime) {
    faults.key(
      path,
      "the format has no field timestamp",
      "name the field of the time with `from:`",
    );
  }
  for (const [index, { text, path: at }] of from.entries()) {
    if (!fields.includes(text)) {
      faults.value(at, `there is no field ${text}`, suggest(text, fields));
    } else if (from.length > 1 && text === "timestamp") {
      faults.value(at, "timestamp is what the two fields make together", "rename the field");
    } else if (from.findIndex((other) => other.text === text) < index) {
      faults.value(at, `the field ${text} is there twice`, "name the date and the time");
    }
  }
}
