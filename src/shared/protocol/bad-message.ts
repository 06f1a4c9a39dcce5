// What every decoder throws for bytes that are no message of the protocol. The detail may quote what
// came, so it is cut: nobody shall fill a log from afar.

import { LogmillError } from "../base/errors.ts";

const detailCharactersMax = 200;

export function badMessage(problem: string, cause?: unknown): LogmillError {
  const message = `not a message of the protocol: ${problem.slice(0, detailCharactersMax)}`;
  return new LogmillError("bad_message", message, cause === undefined ? {} : { cause });
}
