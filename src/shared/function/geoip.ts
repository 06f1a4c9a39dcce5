// Where an address is, by a database of addresses.

import { addressFields } from "../model/address-fields.ts";
import type { FunctionMember } from "./member.ts";

const table = { "192.0.2.0": "DE", "192.0.3.0": "" };

export const geoip: FunctionMember = {
  name: "geoip",
  parameters: [
    { name: "ip", kind: "value" },
    { name: "what", kind: "text" },
    { name: "database", kind: "table", isOptional: true },
  ],
  description:
    "The `country` (two letters), `region` or `city` (names) of an address, or its `asn` (`AS64496`), by a database in MaxMind's format (MMDB), which is named under `lookups`: the only one there, or the one that is the third argument, which may also be the path of a file. Every spelling of an address is the same address, and IPv4 that is written as IPv6 is IPv4. Empty for what is no address, or none that the database knows. The database's checksum is part of a definition.",
  examples: [
    { call: 'geoip(ip, "country")', fields: { ip: "192.0.2.255" }, gives: "DE", table },
    { call: 'geoip(ip, "country")', fields: { ip: "::ffff:c000:201" }, gives: "DE", table },
    { call: 'geoip(ip, "country")', fields: { ip: "192.0.3.0" }, gives: "", table },
  ],
  check: ([what]) =>
    addressFields.some((field) => field === what)
      ? null
      : `what must be one of ${addressFields.join(", ")}`,
  tables: "addresses",
  computing: {
    way: "kernel",
    place: (kernel, [, database], tables) => {
      const ranges = tables.placed(database!);
      return ([ip], n, out) => kernel.exports.lookUpAddresses(ranges, ip!, n, out);
    },
  },
};
