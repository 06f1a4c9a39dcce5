// THE list of functions of field values. A member is told in a file of this folder.

import { coalesce } from "./coalesce.ts";
import { concat } from "./concat.ts";
import { domain } from "./domain.ts";
import { lower, upper } from "./letter-case.ts";
import { geoip } from "./geoip.ts";
import { hash } from "./hash.ts";
import { ipPrefix } from "./ip-prefix.ts";
import { lookup } from "./lookup.ts";
import type { FunctionMember } from "./member.ts";
import { bucket, length } from "./number-functions.ts";
import { prefix } from "./prefix.ts";
import { dayOfWeek, dayPart, hourOfDay } from "./time-functions.ts";
import { regexExtract } from "./regex-extract.ts";
import { trim } from "./trim.ts";
import { urlHost, urlParam, urlPath } from "./url-parts.ts";
import { browser, isBot, os } from "./user-agent.ts";

/** In the order of the documentation. */
export const functions: readonly FunctionMember[] = [
  ...[concat, coalesce],
  ...[lower, upper, trim, prefix, length, regexExtract],
  ...[urlHost, urlPath, urlParam, domain],
  bucket,
  ...[geoip, ipPrefix, lookup],
  ...[browser, os, isBot],
  hash,
  ...[hourOfDay, dayOfWeek, dayPart],
];

const byName: ReadonlyMap<string, FunctionMember> = new Map(
  functions.map((member) => [member.name, member]),
);

export function functionNamed(name: string): FunctionMember | undefined {
  return byName.get(name);
}
