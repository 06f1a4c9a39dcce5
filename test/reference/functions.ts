// The functions of field values, slowly and plainly: of binary strings, null where the line lacks the value.

import { bytesOf, charactersOf, referencePattern } from "./pattern-text.ts";
import { countryOf, names, networkOf } from "./lookup-values.ts";

type Values = readonly (string | null)[];

/** A function that says nothing of what is missing or empty. */
function ofText(compute: (...values: string[]) => string): (values: Values) => string | null {
  return (values) => {
    const given: string[] = [];
    for (const value of values) {
      if (value === null) return null;
      given.push(value);
    }
    return given.includes("") ? "" : compute(...given);
  };
}

const small = "abcdefghijklmnopqrstuvwxyz";
const large = small.toUpperCase();

function lower(text: string): string {
  return Array.from(text, (letter) => small[large.indexOf(letter)] ?? letter).join("");
}

/** The first bytes, as far as they are whole characters. */
function prefix(text: string, bytes: string): string {
  const most = Number(bytes);
  const isInside = (at: number): boolean => text.charCodeAt(at) >> 6 === 2;
  if (text.length <= most || !isInside(most)) return text.slice(0, most);
  let lead = most - 1;
  while (lead > most - 3 && lead > 0 && isInside(lead)) lead -= 1;
  return text.slice(0, lead >= 0 && text.charCodeAt(lead) >= 0xc0 ? lead : most);
}

function urlHost(url: string): string {
  const [scheme, rest] = splitOnce(url, "//");
  if (rest === null || !/^([a-z][a-z0-9+.-]*:)?$/i.test(scheme)) return "";
  const authority = rest.split(/[/?#]/)[0]!;
  const host = authority.split("@").at(-1)!;
  return lower(/^(.*?)(:[0-9]*)?$/s.exec(host)![1]!);
}

function splitOnce(text: string, mark: string): [string, string | null] {
  const at = text.indexOf(mark);
  return at < 0 ? [text, null] : [text.slice(0, at), text.slice(at + mark.length)];
}

function urlPath(url: string): string {
  const [scheme, rest] = splitOnce(url, "//");
  const hasHost = rest !== null && /^([a-z][a-z0-9+.-]*:)?$/i.test(scheme);
  const behind = hasHost ? rest.slice(rest.split(/[/?#]/)[0]!.length) : url;
  return behind.split("?")[0]!.split("#")[0]!;
}

function urlParam(url: string, name: string): string {
  const [head, rest] = splitOnce(url, "?");
  if (rest === null || head.includes("#")) return "";
  const query = rest.split("#")[0]!;
  for (const pair of query.split("&")) {
    const [key, value] = splitOnce(pair, "=");
    if (decoded(key) === name) return decoded(value ?? "");
  }
  return "";
}

function decoded(text: string): string {
  let result = "";
  for (let at = 0; at < text.length; at += 1) {
    const code = text[at] === "%" ? /^[0-9a-f]{2}/i.exec(text.slice(at + 1)) : null;
    if (code === null) result += text[at] === "+" ? " " : text[at]!;
    else {
      result += String.fromCharCode(Number(`0x${code[0]}`));
      at += 2;
    }
  }
  return result;
}

/** By the few suffixes that tests have. */
function domain(value: string): string {
  const authority = value.includes("//") ? urlHost(value) : lower(value).split("@").at(-1)!;
  const host = authority.replace(/:[0-9]*$/, "").replace(/\.$/, "");
  if (!/^[a-z0-9-]+(\.[a-z0-9-]+)+$/.test(host) || /\.[0-9]+$/.test(host)) return "";
  const labels = host.split(".");
  const wanted = host.endsWith(".co.uk") || host === "co.uk" ? 3 : 2;
  return labels.length < wanted ? "" : labels.slice(-wanted).join(".");
}

/** Counted down, or up, from nothing in steps: of small numbers only. */
function bucket(number: string, step: string): string {
  if (!/^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)(e[+-]?[0-9]+)?$/i.test(number)) return "";
  const places = (step.split(".")[1] ?? "").length;
  const scale = 10n ** 40n;
  const value = referenceUnits(number, scale);
  const width = referenceUnits(step, scale);
  if (value === null || width === null) return "";
  let lowest = value - (((value % width) + width) % width);
  const sign = lowest < 0n ? "-" : "";
  if (lowest < 0n) lowest = -lowest;
  const fraction = String(lowest % scale)
    .padStart(40, "0")
    .slice(0, places);
  return `${sign}${lowest / scale}${places === 0 ? "" : `.${fraction}`}`;
}

/** In units of 1 / scale, of numbers with no more than some digits. */
function referenceUnits(text: string, scale: bigint): bigint | null {
  const [mantissa = "", exponent = "0"] = text.toLowerCase().split("e");
  const [whole = "", fraction = ""] = mantissa.replace(/^[+-]/, "").split(".");
  if (/^0*$/.test(whole + fraction)) return 0n;
  const power = Number(exponent) - fraction.length;
  if (Math.abs(power) > 64 || (whole + fraction).replace(/^0+/, "").length > 64) return null;
  const digits = BigInt(whole + fraction) * scale;
  const units = power < 0 ? digits / 10n ** BigInt(-power) : digits * 10n ** BigInt(power);
  return mantissa.startsWith("-") ? -units : units;
}

export const referenceFunctions: Readonly<Record<string, (values: Values) => string | null>> = {
  lower: ofText(lower),
  upper: ofText((text) =>
    Array.from(text, (letter) => large[small.indexOf(letter)] ?? letter).join(""),
  ),
  trim: ofText((text) => text.replace(/^[ \t\n\v\f\r]+/, "").replace(/[ \t\n\v\f\r]+$/, "")),
  length: ofText((text) => String(text.length)),
  prefix: ofText(prefix),
  regex_extract: ofText((...values) => {
    const [value = "", pattern = "", group] = values;
    const written = Buffer.from(pattern, "latin1").toString();
    const found = referencePattern(written).exec(charactersOf(value));
    if (found === null) return "";
    return bytesOf(found[Number(group ?? Math.min(1, found.length - 1))] ?? "");
  }),
  url_host: ofText(urlHost),
  url_path: ofText(urlPath),
  url_param: ofText(urlParam),
  domain: ofText(domain),
  bucket: ofText(bucket),
  geoip: ofText((ip) => countryOf(ip)),
  lookup: ofText((key) => (Object.hasOwn(names, key) ? names[key]! : "")),
  ip_prefix: ofText((ip, bits4, bits6) => networkOf(ip, Number(bits4), Number(bits6))),
  concat: (values) => (values.includes(null) ? null : values.join("")),
  coalesce: (values) =>
    values.find((value) => value !== null && value !== "") ??
    (values.every((value) => value === null) ? null : ""),
};

const weekdays = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

/** Functions of a second since the epoch in a zone. */
export const referenceTimeFunctions: Readonly<
  Record<string, (second: number, timezone: string) => string>
> = {
  hour_of_day: (second, timezone) => String(Number(partOf(second, timezone, "hour"))),
  day_of_week: (second, timezone) =>
    String(1 + weekdays.indexOf(partOf(second, timezone, "weekday"))),
  day_part: (second, timezone) => {
    const hour = Number(partOf(second, timezone, "hour"));
    return hour < 6 ? "night" : hour < 12 ? "morning" : hour < 18 ? "afternoon" : "evening";
  },
};

/** Made once for a zone: making one takes longer than a thousand lines. */
const clocks = new Map<string, Intl.DateTimeFormat>();

function clockOf(timezone: string): Intl.DateTimeFormat {
  const options = { hour: "2-digit", weekday: "short", hourCycle: "h23" } as const;
  const known = clocks.get(timezone);
  const clock = known ?? new Intl.DateTimeFormat("en-US", { timeZone: timezone, ...options });
  clocks.set(timezone, clock);
  return clock;
}

function partOf(second: number, timezone: string, type: "hour" | "weekday"): string {
  const parts = clockOf(timezone).formatToParts(second * 1000);
  return parts.find((part) => part.type === type)!.value;
}
