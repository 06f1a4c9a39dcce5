// The common and combined formats of web servers, with or without the virtual host in front; the
// grammar is told in the kernel's `access-log.ts`. Every line is cut as a whole, and only the fields asked for are written.

import { innerAccessLog } from "../../shared/kernel/assembly/inner-layout.ts";
import * as layout from "../../shared/kernel/assembly/parse-layout.ts";
import type { Kernel } from "../../shared/kernel/kernel.ts";
import { accessLogShapes } from "../../shared/model/format-fields.ts";
import type { AccessLogFormat } from "../../shared/model/plan.ts";
import type { Tokeniser } from "./tokeniser.ts";

const fieldOffsets: ReadonlyMap<string, number> = new Map([
  ["ip", layout.accessIp],
  ["ident", layout.accessIdent],
  ["user", layout.accessUser],
  ["timestamp", layout.accessTimestamp],
  ["method", layout.accessMethod],
  ["url", layout.accessUrl],
  ["protocol", layout.accessProtocol],
  ["status", layout.accessStatus],
  ["bytes", layout.accessSize],
  ["referrer", layout.accessReferrer],
  ["user_agent", layout.accessUserAgent],
  ["vhost", layout.accessVhost],
  ["port", layout.accessPort],
]);

export function accessLogTokeniser({ type }: AccessLogFormat): Tokeniser {
  const { vhost, agent } = accessLogShapes[type];
  const placeProgram = (kernel: Kernel, columns: ReadonlyMap<string, number>): number => {
    const program = kernel.place(new Uint8Array(layout.accessBytes));
    const memory = kernel.u32;
    for (const [field, offset] of fieldOffsets) {
      memory[(program + offset) >>> 2] = columns.get(field) ?? 0;
    }
    memory[(program + layout.accessCombined) >>> 2] = agent ? 1 : 0;
    memory[(program + layout.accessVirtual) >>> 2] = vhost ? 1 : 0;
    return program;
  };
  return {
    place(kernel, columns) {
      const program = placeProgram(kernel, columns);
      return (cursor, capacity) => kernel.exports.tokeniseAccessLog(cursor, program, capacity);
    },
    placeInner: (kernel, columns) => ({
      kind: innerAccessLog,
      program: placeProgram(kernel, columns),
    }),
  };
}
