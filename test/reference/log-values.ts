// What the values of a log's line may be, slowly and plainly. Texts are "binary" strings: one character a byte.

import { isIPv4, isIPv6 } from "node:net";

const namePattern = /^[\w.-]+$/;

export function isIpv6Address(text: string): boolean {
  const [address, zone = "0"] = text.split(/%(.*)/s);
  return isIPv6(address!) && namePattern.test(zone);
}

export function isAddress(text: string): boolean {
  return isIPv4(text) || isIpv6Address(text);
}

export function isHost(text: string): boolean {
  return namePattern.test(text) || isIpv6Address(text) || text === "unix:";
}

export function isUser(text: string): boolean {
  return !text.startsWith("- ") && !text.split(" ").some(isAddress);
}

/** Host and port of `host:port`, without the brackets of an IPv6 address; null if it is none. */
export function endpoint(text: string): readonly [string, string] | null {
  const match = /^(?:\[([^]*)\]|([^]*)):(\d{1,5})$/.exec(text);
  if (match === null) return null;
  const [, bracketed, bare, port] = match;
  if (bracketed !== undefined) return isIpv6Address(bracketed) ? [bracketed, port!] : null;
  return namePattern.test(bare!) || isIpv6Address(bare!) ? [bare!, port!] : null;
}

/** Method, URL and protocol. */
export function requestParts(request: string): readonly [string, string, string] {
  const space = request.indexOf(" ");
  if (space < 0) return ["", request, ""];
  const last = request.lastIndexOf(" ");
  const isUnread = /^- .* -$/s.test(request);
  const hasProtocol = last > space && (request.startsWith("HTTP/", last + 1) || isUnread);
  const url = request.slice(space + 1, hasProtocol ? last : undefined);
  return [request.slice(0, space), url, hasProtocol ? request.slice(last + 1) : ""];
}
