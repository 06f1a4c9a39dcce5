// The network that an address is in, by the length of its prefix.

import { canonicalAddress } from "../model/canonical-address.ts";
import type { FunctionMember } from "./member.ts";

export const ipPrefix: FunctionMember = {
  name: "ip_prefix",
  parameters: [
    { name: "ip", kind: "value" },
    { name: "bits4", kind: "number" },
    { name: "bits6", kind: "number" },
  ],
  description:
    "The network of an address: its first bits, so many of IPv4 and so many of IPv6, in the one spelling that networks have. IPv4 that is written as IPv6 (`::ffff:192.0.2.1`) is IPv4. Empty for what is no address, and for one with a zone (`fe80::1%eth0`), which is of one link only.",
  examples: [
    { call: "ip_prefix(ip, 24, 48)", fields: { ip: "192.0.2.77" }, gives: "192.0.2.0/24" },
    {
      call: "ip_prefix(ip, 24, 48)",
      fields: { ip: "2001:DB8:0:1::7" },
      gives: "2001:db8::/48",
    },
    { call: "ip_prefix(ip, 20, 48)", fields: { ip: "::ffff:192.0.2.77" }, gives: "192.0.0.0/20" },
    { call: "ip_prefix(ip, 24, 48)", fields: { ip: "unknown" }, gives: "" },
  ],
  check: ([bits4, bits6]) => {
    if (!isLength(bits4!, 32)) return "bits4 must be a whole number from 0 to 32";
    return isLength(bits6!, 128) ? null : "bits6 must be a whole number from 0 to 128";
  },
  computing: {
    way: "text",
    make: ([bits4, bits6]) => {
      const [of4, of6] = [Number(bits4), Number(bits6)];
      return (value) => networkOf(value, of4, of6);
    },
  },
};

function isLength(text: string, max: number): boolean {
  return /^\d{1,3}$/.test(text) && Number(text) <= max;
}

function networkOf(value: string, bits4: number, bits6: number): string {
  const address = canonicalAddress(value);
  if (address === null || address.includes("%")) return "";
  if (!address.includes(":")) {
    const bytes = masked(address.split(".").map(Number), 8, bits4);
    return `${bytes.join(".")}/${bits4}`;
  }
  const groups = masked(groupsOf(address), 16, bits6).map((group) => group.toString(16));
  return `${new URL(`http://[${groups.join(":")}]/`).hostname.slice(1, -1)}/${bits6}`;
}

/** Parts of so many bits each, and nothing behind the prefix. */
function masked(parts: readonly number[], width: number, bits: number): number[] {
  return parts.map((part, index) => {
    const kept = Math.min(Math.max(bits - index * width, 0), width);
    return part & ~(2 ** (width - kept) - 1);
  });
}

/** All eight of an address in its one spelling. */
function groupsOf(address: string): number[] {
  const [before = [], after = []] = address
    .split("::")
    .map((side) => (side === "" ? [] : side.split(":")));
  const zeros = Array<string>(8 - before.length - after.length).fill("0");
  return [...before, ...zeros, ...after].map((group) => Number.parseInt(group, 16));
}
