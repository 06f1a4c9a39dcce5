// The host that a URL names.

import type { FunctionMember } from "./member.ts";
import { urlParts } from "./url-parts.ts";

export const urlHost: FunctionMember = {
  name: "url_host",
  parameters: [{ name: "url", kind: "value" }],
  description:
    "The host of a URL with a scheme, or with `//` in front: without user and port, the letters from A to Z in lower case. Empty where there is none.",
  examples: [
    {
      call: "url_host(referrer)",
      fields: { referrer: "https://ann@News.Example.org:8443/a?b#c" },
      gives: "news.example.org",
    },
    { call: "url_host(referrer)", fields: { referrer: "/a?b=http://c/" }, gives: "" },
  ],
  computing: { way: "text", make: () => (url) => urlParts(url).host },
};
