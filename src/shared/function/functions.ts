// THE list of functions of field values. A member is a file of this folder.

import { concat } from "./concat.ts";
import { lower } from "./lower.ts";
import type { FunctionMember } from "./member.ts";
import { prefix } from "./prefix.ts";
import { urlHost } from "./url-host.ts";

/** In the order of the documentation. */
export const functions: readonly FunctionMember[] = [urlHost, lower, prefix, concat];

const byName: ReadonlyMap<string, FunctionMember> = new Map(
  functions.map((member) => [member.name, member]),
);

export function functionNamed(name: string): FunctionMember | undefined {
  return byName.get(name);
}
