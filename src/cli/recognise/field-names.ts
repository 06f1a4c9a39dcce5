// Names for fields that are found in lines which name them: the words that the other formats use where the meaning
// is plain, and otherwise the line's own.

/** Words that mean one of the fields which access logs have, by how their last parts are written. */
const meanings: readonly (readonly [RegExp, string])[] = [
  [/^(?:remote_?(?:addr|ip|address)|client_?(?:ip|addr)|src_?ip|ip_?(?:address)?)$/, "ip"],
  [/^(?:status(?:_?code)?|response_?code|http_?status)$/, "status"],
  [/^(?:uri|url|request_?ur[il]|path|request_?path)$/, "url"],
  [/^(?:method|verb|request_?method|http_?method)$/, "method"],
  [/^(?:body_?bytes_?sent|bytes(?:_?sent|_?out)?|response_?size)$/, "bytes"],
  [/^(?:http_?)?refer+er$/, "referrer"],
  [/^(?:http_?)?user_?agent$/, "user_agent"],
  [/^(?:user_?id|user_?name|remote_?user)$/, "user"],
];

const timeWords =
  /^(?:@?time_?stamp|@?time|ts|date(?:_?time)?|event_?time|time_?(?:iso8601|local)|msec|t)$/;

/** Whether a field is probably the time of the line. @param key the last part of its name */
export function meansTime(key: string): boolean {
  return timeWords.test(lowered(key));
}

/** The time of the line, and columns that every table has. */
const reserved = ["timestamp", "bucket", "hour", "day", "week", "month"];

/** `userAgent` and `User-Agent` are `user_agent`. */
function lowered(key: string): string {
  return key
    .replaceAll(/([a-z\d])([A-Z])/g, "$1_$2")
    .replaceAll(/[^A-Za-z\d@]+/g, "_")
    .toLowerCase();
}

/**
 * Names for keys, each once, in order: the last part of a key says what it means, and the parts before it tell two
 * of one meaning apart.
 * @param keys the parts of each
 * @returns what a configuration takes as names; null where a key makes none
 */
export function fieldNames(keys: readonly (readonly string[])[]): readonly (string | null)[] {
  const taken = new Set(reserved);
  return keys.map((parts) => {
    const last = lowered(parts.at(-1)!);
    const meant = meanings.find(([words]) => words.test(last))?.[1];
    const whole = lowered(parts.join("_"));
    const candidates = [...(meant === undefined ? [] : [meant]), last, whole];
    const name = candidates.find((each) => isName(each) && !taken.has(each)) ?? null;
    if (name !== null) taken.add(name);
    return name;
  });
}

function isName(text: string): boolean {
  return /^[a-z_][\w-]{0,63}$/.test(text) && !(text in Object.prototype);
}
