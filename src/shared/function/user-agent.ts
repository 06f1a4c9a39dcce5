// What a browser says that it is. Rules come with packages whose versions are a part of the definition, and which are
// loaded when a plan asks for them.

import { createRequire } from "node:module";
import type Bowser from "bowser";
import type { FunctionMember } from "./member.ts";

/** No browser has a longer name; rules are tried on no more of what a client sends. */
const agentBytesMax = 1024;

const parameters = [{ name: "user_agent", kind: "value" }] as const;
const rules = "bowser 2.15.1";
const firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0";
const safari =
  "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1";
const googlebot = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)";

export const browser: FunctionMember = {
  name: "browser",
  parameters,
  description:
    "The name of the browser that a user agent is of; empty where it is of none that is known. Only the first 1,024 bytes are looked at. The version of the rules is part of a definition.",
  examples: [
    { call: "browser(user_agent)", fields: { user_agent: firefox }, gives: "Firefox" },
    { call: "browser(user_agent)", fields: { user_agent: safari }, gives: "Safari" },
    { call: "browser(user_agent)", fields: { user_agent: "curl/8.5.0" }, gives: "" },
  ],
  rules,
  computing: { way: "text", make: () => parsedBy((parser) => parser.getBrowserName()) },
};

export const os: FunctionMember = {
  name: "os",
  parameters,
  description:
    "The name of the operating system that a user agent says it runs on; empty where it says none. Only the first 1,024 bytes are looked at. The version of the rules is part of a definition.",
  examples: [
    { call: "os(user_agent)", fields: { user_agent: firefox }, gives: "Linux" },
    { call: "os(user_agent)", fields: { user_agent: safari }, gives: "iOS" },
    { call: "os(user_agent)", fields: { user_agent: "curl/8.5.0" }, gives: "" },
  ],
  rules,
  computing: { way: "text", make: () => parsedBy((parser) => parser.getOSName()) },
};

export const isBot: FunctionMember = {
  name: "is_bot",
  parameters,
  description:
    "`true` where the user agent is that of a robot, crawler or library, by the list `crawler-user-agents`, and `false` of any other. Only the first 1,024 bytes are looked at. The version of the list is part of a definition.",
  examples: [
    { call: "is_bot(user_agent)", fields: { user_agent: googlebot }, gives: "true" },
    { call: "is_bot(user_agent)", fields: { user_agent: firefox }, gives: "false" },
  ],
  rules: "crawler-user-agents 1.60.0",
  computing: {
    way: "text",
    make: () => {
      const patterns = botPatterns();
      return (agent) => String(patterns.test(agent.slice(0, agentBytesMax)));
    },
  },
};

function parsedBy(name: (parser: Bowser.Parser.Parser) => string): (agent: string) => string {
  const require = createRequire(import.meta.url);
  const library = require("bowser") as typeof Bowser;
  return (agent) => name(library.getParser(agent.slice(0, agentBytesMax))) || "";
}

let bots: RegExp | undefined;

/** Kept, since a batch is too short for compiling more than a thousand patterns. */
function botPatterns(): RegExp {
  const require = createRequire(import.meta.url);
  const list = (): readonly { readonly pattern: string }[] =>
    require("crawler-user-agents") as readonly { readonly pattern: string }[];
  bots ??= new RegExp(
    list()
      .map(({ pattern }) => pattern)
      .join("|"),
  );
  return bots;
}
