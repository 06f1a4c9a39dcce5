// Patterns that tests of all formats use, made from the lines of servers' configurations.

import { patternOfLine } from "../../src/shared/format/pattern-of-line.ts";
import { readApache } from "../../src/shared/format/apache.ts";
import { readGoaccess, type GoaccessTimes } from "../../src/shared/format/goaccess.ts";
import type { Escape, ReadLine } from "../../src/shared/format/line-parts.ts";
import { readNginx } from "../../src/shared/format/nginx.ts";
import type { PatternFormat } from "../../src/shared/model/format/pattern.ts";

/** Lines of nginx that the packages of the distributions have in their `nginx.conf`. */
export const nginxMain =
  '$remote_addr - $remote_user [$time_local] "$request" ' +
  '$status $body_bytes_sent "$http_referer" "$http_user_agent" "$http_x_forwarded_for"';

export function nginxPattern(line: string): PatternFormat {
  return patternOf(readNginx(line, null));
}

export function apachePattern(line: string): PatternFormat {
  return patternOf({ ...readApache(line), escape: "backslash" });
}

export function goaccessPattern(line: string, times: Partial<GoaccessTimes>): PatternFormat {
  const formats = { date: undefined, time: undefined, datetime: undefined, ...times };
  return patternOf({ ...readGoaccess(line, formats), escape: "backslash" });
}

function patternOf({
  parts,
  faults,
  escape,
}: ReadLine & { readonly escape: Escape }): PatternFormat {
  const pattern = patternOfLine(parts, { escape });
  const [fault] = [...faults, ...pattern.faults];
  if (fault !== undefined) throw new Error(`${fault.problem}; ${fault.fix}`);
  const { steps, timestamp } = pattern;
  return { type: "pattern", steps, ...(timestamp !== undefined && { timestamp }) };
}
