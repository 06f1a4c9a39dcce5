// Patterns that tests of all formats use, made from the lines of servers' configurations.

import { patternOfLine } from "../../src/shared/format/pattern-of-line.ts";
import { readNginx } from "../../src/shared/format/nginx.ts";
import type { PatternFormat } from "../../src/shared/model/format/pattern.ts";

/** Lines of nginx that the packages of the distributions have in their `nginx.conf`. */
export const nginxMain =
  '$remote_addr - $remote_user [$time_local] "$request" ' +
  '$status $body_bytes_sent "$http_referer" "$http_user_agent" "$http_x_forwarded_for"';

export function nginxPattern(line: string): PatternFormat {
  const { parts, faults, escape } = readNginx(line, null);
  const pattern = patternOfLine(parts, { escape });
  const [fault] = [...faults, ...pattern.faults];
  if (fault !== undefined) throw new Error(`${fault.problem}; ${fault.fix}`);
  return { type: "pattern", steps: pattern.steps };
}
