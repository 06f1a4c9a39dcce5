// A value that stands for another and does not tell it.

import { createHmac } from "node:crypto";
import type { FunctionMember } from "./member.ts";

/** Hexadecimal digits that are kept: 128 bits, so that no two values of a log have the same. */
const digits = 32;

export const hash: FunctionMember = {
  name: "hash",
  parameters: [
    { name: "value", kind: "value" },
    { name: "salt", kind: "text" },
  ],
  description:
    'The value under a key: the first 32 hexadecimal digits of HMAC-SHA-256, with the salt as its key. Equal values have equal hashes, so they are grouped and counted as before, and whoever lacks the salt cannot try values out. Let the salt come from the environment: `hash(user, "${SALT}")`. It is a part of the definition, so workers are told it and the store keeps it, and another one is another field.',
  examples: [
    {
      call: 'hash(user, "Jefe")',
      fields: { user: "what do ya want for nothing?" },
      gives: "5bdcc146bf60754e6a042426089575c7",
    },
  ],
  check: ([salt]) => (salt === "" ? "the salt must not be empty" : null),
  computing: {
    way: "text",
    make: ([salt]) => {
      const key = Buffer.from(salt!, "latin1");
      return (value) =>
        createHmac("sha256", key).update(value, "latin1").digest("hex").slice(0, digits);
    },
  },
};
