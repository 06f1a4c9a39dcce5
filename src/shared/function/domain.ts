// The registrable domain of a host, by the list of public suffixes (https://publicsuffix.org), of which the part
// of registries is taken and not that of companies: it comes with the package `tldts-icann`, whose version
// says which list it is. The package is loaded when a plan asks for domains.

import { createRequire } from "node:module";
import type * as Suffixes from "tldts-icann";
import type { FunctionMember } from "./member.ts";
import { hostIn } from "./url-parts.ts";

export const domain: FunctionMember = {
  name: "domain",
  parameters: [{ name: "host", kind: "value" }],
  description:
    "The registrable domain of a host name, or of the host in a URL: what stands before the public suffix, and that. Empty for addresses and for names that are a public suffix themselves; of a suffix that is on no list, the last label is taken for it. Suffixes are those of registries; the domains in which companies let others have names (`github.io`) are domains like any other. The version of the list is part of a definition.",
  examples: [
    { call: "domain(host)", fields: { host: "www.shop.example.co.uk" }, gives: "example.co.uk" },
    {
      call: "domain(referrer)",
      fields: { referrer: "https://News.Example.ORG:8443/a" },
      gives: "example.org",
    },
    { call: "domain(host)", fields: { host: "192.0.2.1" }, gives: "" },
  ],
  rules: "tldts-icann 7.4.16",
  computing: {
    way: "text",
    make: () => {
      const require = createRequire(import.meta.url);
      const { getDomain } = require("tldts-icann") as typeof Suffixes;
      return (value) => {
        const host = characters(hostIn(value).replace(/\.$/, ""));
        // No name ends with a number: decimals are no hosts.
        if (/(^|\.)\d+$/.test(host)) return "";
        return bytes(getDomain(host, { extractHostname: false }) ?? "");
      };
    },
  },
};

/** Names that are no UTF-8 are taken byte by byte. */
function characters(value: string): string {
  const text = Buffer.from(value, "latin1").toString();
  return bytes(text) === value ? text : value;
}

function bytes(text: string): string {
  return Buffer.from(text).toString("latin1");
}
