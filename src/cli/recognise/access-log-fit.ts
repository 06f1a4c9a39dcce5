// Whether a line is of an access log's format, and in words why it is not. The kernel decides what
// counts, by the same grammar (`assembly/access-log.ts`); this is for people who are told that their
// file was not recognised.

import { isIPv4, isIPv6 } from "node:net";
import { accessLogShapes } from "../../shared/model/format-fields.ts";
import type { AccessLogType } from "../../shared/model/plan.ts";

export interface Misfit {
  /** Parts of the line that fit, before the one that does not. */
  readonly parts: number;
  readonly fault: string;
}

const shownCharactersMax = 40;
const name = /^[\w.-]+$/;
const quotedText = String.raw`"((?:[^"\\]|\\[^])*)"`;
const requestAt = new RegExp(`^${quotedText} `);
const agentAt = new RegExp(`^ ${quotedText} (?:${quotedText}(?: |$)|"(?:[^"\\\\]|\\\\[^])*\\\\"$)`);

function isIpv6Address(text: string): boolean {
  const zoneAt = text.indexOf("%");
  if (zoneAt < 0) return isIPv6(text);
  return isIPv6(text.slice(0, zoneAt)) && name.test(text.slice(zoneAt + 1));
}

function isAddress(text: string): boolean {
  return isIPv4(text) || isIpv6Address(text);
}

function shown(text: string): string {
  const cut = text.length > shownCharactersMax ? `${text.slice(0, shownCharactersMax)}…` : text;
  return JSON.stringify(cut);
}

/** A word, and what follows the space behind it; null where there is none of both. */
function wordOf(text: string): { readonly word: string; readonly rest: string } | null {
  const space = text.indexOf(" ");
  return space <= 0 ? null : { word: text.slice(0, space), rest: text.slice(space + 1) };
}

/** @param line one character a byte, without its newline; @returns null if it fits */
export function accessLogMisfit(type: AccessLogType, line: string): Misfit | null {
  const { vhost, agent } = accessLogShapes[type];
  const front = vhost ? behindVirtualHost(line) : { rest: line };
  if ("fault" in front) return { parts: 0, fault: front.fault };
  const misfit = clientMisfit(front.rest, agent);
  return misfit === null ? null : { ...misfit, parts: misfit.parts + (vhost ? 1 : 0) };
}

function behindVirtualHost(line: string): { readonly rest: string } | { readonly fault: string } {
  const first = wordOf(line);
  if (first === null) return { fault: "it has no words that a space parts" };
  const { word, rest } = first;
  const fault = `${shown(word)} stands where a virtual host belongs`;
  const bracketed = /^\[(.*)\](?::\d{1,5})?$/s.exec(word);
  const named = /^([\w.-]+)(?::\d{1,5})?$/.exec(word);
  if (bracketed === null ? named === null && !isIpv6Address(word) : !isIpv6Address(bracketed[1]!)) {
    return { fault };
  }
  const client = wordOf(rest)?.word ?? "";
  const isNamed = named !== null && named[1] !== "-" && !isIPv4(named[1]!);
  if (client !== "-" && (isNamed || isAddress(client))) return { rest };
  return { fault: `${fault}, and ${shown(client)} behind it is no client's address` };
}

function clientMisfit(line: string, hasAgent: boolean): Misfit | null {
  const first = wordOf(line);
  const client = first?.word ?? line;
  if (first === null || !(name.test(client) || isIpv6Address(client) || client === "unix:")) {
    return { parts: 0, fault: `${shown(client)} stands where a client's address or name belongs` };
  }
  const second = wordOf(first.rest);
  if (second === null) return { parts: 1, fault: "nothing stands where the ident belongs" };
  if (isAddress(second.word)) {
    const fault = `the address ${shown(second.word)} stands where the ident belongs, so that ${shown(client)} before it is something else than the client`;
    return { parts: 1, fault };
  }
  const bracket = second.rest.search(/(?<= )\[/);
  if (bracket < 1) return { parts: 2, fault: "no time in brackets follows the user" };
  const user = second.rest.slice(0, bracket - 1);
  if (user.startsWith("- ") || user.split(" ").some(isAddress)) {
    return { parts: 2, fault: `${shown(user)} stands where the user belongs` };
  }
  return requestMisfit(second.rest.slice(bracket), hasAgent);
}

function requestMisfit(line: string, hasAgent: boolean): Misfit | null {
  const time = /^\[[^\]]*\] +(?=")/.exec(line);
  if (time === null)
    return { parts: 3, fault: "no request in quotes follows the time in brackets" };
  const request = requestAt.exec(line.slice(time[0].length));
  if (request === null)
    return { parts: 4, fault: "its request is not closed by a quote and a space" };
  const behind = line.slice(time[0].length + request[0].length);
  const status = behind.split(" ", 1)[0]!;
  if (!/^(?:-|[1-5]\d\d)$/.test(status) || status.length === behind.length) {
    return { parts: 5, fault: `${shown(status)} stands where a status of 100 to 599 belongs` };
  }
  const size = behind.slice(status.length + 1).split(" ", 1)[0]!;
  if (!/^(?:\d+|-|-1)$/.test(size)) {
    return { parts: 6, fault: `${shown(size)} stands where the number of bytes belongs` };
  }
  if (!hasAgent || agentAt.test(behind.slice(status.length + 1 + size.length))) return null;
  return { parts: 7, fault: "no referrer and user agent in quotes follow the number of bytes" };
}
