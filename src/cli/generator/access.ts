// A synthetic access log of a web server in the combined format:
//
//   203.0.113.9 - - [30/Jun/2011:00:00:03 +0000] "GET /articles/42 HTTP/1.1" 200 5123 "https://www.example.org/" "Mozilla/5.0 …"
//
// Visitors and pages follow Zipf's law; a visitor keeps address and browser. Some requests have a
// user, a query or no referrer; some lines are late and some are malformed as real servers write
// them. The same seed gives the same bytes.

import { randomBelow, seededRandom } from "../../shared/base/prng.ts";
import type { Random } from "../../shared/base/prng.ts";
import type { GeneratorOptions } from "./ads.ts";
import { dayCache, eventTimes } from "./event-times.ts";
import { encode } from "./line-buffer.ts";
import type { LineBuffer, LineWriter } from "./line-buffer.ts";
import { zipfRanks } from "./zipf.ts";

/** As many as the addresses below: two blocks of 65,536. */
const visitorsCount = 131_072;
const pagesCount = 2000;
const months = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");

const userAgents = [
  "Mozilla/5.0 (Windows NT 6.1; WOW64) AppleWebKit/534.30 (KHTML, like Gecko) Chrome/12.0.742.112 Safari/534.30",
  "Mozilla/5.0 (Windows NT 6.1; rv:5.0) Gecko/20100101 Firefox/5.0",
  "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_6_8) AppleWebKit/533.21.1 (KHTML, like Gecko) Version/5.0.5 Safari/533.21.1",
  "Mozilla/5.0 (compatible; MSIE 9.0; Windows NT 6.1; Trident/5.0)",
  "Mozilla/5.0 (iPhone; U; CPU iPhone OS 4_3_3 like Mac OS X; en-us) AppleWebKit/533.17.9 (KHTML, like Gecko) Version/5.0.2 Mobile/8J2 Safari/6533.18.5",
  "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
  'Mozilla/5.0 (X11; U; Linux i686; \\"quoted\\" build) Gecko/20110614 Firefox/3.6.18',
  "curl/7.21.6 (x86_64-pc-linux-gnu) libcurl/7.21.6",
].map((agent) => encode(`"${agent}"`));

const referrers = [
  "-",
  "-",
  "-",
  "https://www.example.org/",
  "https://www.example.org/articles/1",
  "https://www.google.com/search?q=log+sketches",
  "https://news.ycombinator.com/",
  "https://twitter.com/",
].map((referrer) => encode(`"${referrer}" `));

const users = ["-", "-", "-", "-", "-", "-", "-", "alice", "bob"].map((user) =>
  encode(` - ${user} [`),
);

const zone = encode(' +0000] "');
const protocol = encode(' HTTP/1.1" ');
const missing = encode("- ");
const badDay = encode("31/Fub/2011");
const handshake = encode('\\x16\\x03\\x01" ');
const methods = ["GET ", "GET ", "GET ", "GET ", "GET ", "GET ", "HEAD ", "POST "].map(encode);

/** Status by share; `body` tells whether the answer has bytes. */
const statuses = [
  { upTo: 0.9, status: 200, body: true },
  { upTo: 0.95, status: 304, body: false },
  { upTo: 0.965, status: 301, body: true },
  { upTo: 0.995, status: 404, body: true },
  { upTo: 1, status: 500, body: true },
] as const;
const badRequest = { status: 400, body: true } as const;

const colon = 58;
const dot = 46;
const newline = 10;
const space = 32;

interface Request {
  readonly localSec: number;
  readonly visitor: number;
  readonly user: Uint8Array;
  readonly method: Uint8Array;
  readonly page: number;
  readonly status: { readonly status: number; readonly body: boolean };
  readonly bytes: number;
  readonly referrer: Uint8Array;
}

/** Writes the lines of the log, one a call. */
export function accessLines(options: GeneratorOptions): LineWriter {
  const random = seededRandom(options.seed);
  const nextTime = eventTimes(random, options);
  const nextVisitor = zipfRanks(random, visitorsCount, options.zipf);
  const nextPage = zipfRanks(random, pagesCount, 1);
  const pages = Array.from({ length: pagesCount }, (_, page) => encode(pagePath(page)));
  const dayBytes = dayCache((midnight) => encode(apacheDay(midnight)));
  const pick = <T>(choices: readonly T[]): T => choices[randomBelow(random, choices.length)]!;
  const nextRequest = (): Request => {
    const drawn = random();
    const page = nextPage();
    return {
      localSec: nextTime(),
      visitor: nextVisitor(),
      user: pick(users),
      method: pick(methods),
      page,
      status: statuses.find(({ upTo }) => drawn < upTo)!,
      bytes: 200 + ((page * 7919) % 60_000) + randomBelow(random, 64),
      referrer: pick(referrers),
    };
  };
  return (line) => {
    const request = nextRequest();
    const malformed = random() < options.malformedShare;
    if (malformed) writeMalformed(line, request, dayBytes, pages, random);
    else writeRequest(line, request, dayBytes(request.localSec), pages[request.page]!);
    line.byte(newline);
  };
}

function writeRequest(line: LineBuffer, request: Request, day: Uint8Array, path: Uint8Array): void {
  writeStart(line, request, day);
  line.put(request.method);
  line.put(path);
  line.put(protocol);
  writeEnd(line, request);
}

function writeStart(line: LineBuffer, { visitor, user, localSec }: Request, day: Uint8Array): void {
  // Blocks for documentation and benchmarks (RFC 5737, RFC 2544): nobody's address.
  line.number(198);
  line.byte(dot);
  line.number(18 + (visitor & 1));
  line.byte(dot);
  line.number((visitor >>> 1) % 256);
  line.byte(dot);
  line.number(visitor >>> 9);
  line.put(user);
  line.put(day);
  const second = localSec % 86_400;
  line.byte(colon);
  line.digits(Math.floor(second / 3600), 2);
  line.byte(colon);
  line.digits(Math.floor(second / 60) % 60, 2);
  line.byte(colon);
  line.digits(second % 60, 2);
  line.put(zone);
}

function writeEnd(line: LineBuffer, { status, bytes, referrer, visitor }: Request): void {
  line.number(status.status);
  line.byte(space);
  if (status.body) {
    line.number(bytes);
    line.byte(space);
  } else {
    line.put(missing);
  }
  line.put(referrer);
  line.put(userAgents[visitor % userAgents.length]!);
}

/** One of: blank, cut off, bad date, a TLS handshake on the plain port. */
function writeMalformed(
  line: LineBuffer,
  request: Request,
  dayBytes: (localSec: number) => Uint8Array,
  pages: readonly Uint8Array[],
  random: Random,
): void {
  const day = dayBytes(request.localSec);
  const path = pages[request.page]!;
  switch (randomBelow(random, 4)) {
    case 0:
      return;
    case 1:
      writeStart(line, request, day);
      line.put(request.method);
      line.put(path);
      return;
    case 2:
      writeRequest(line, request, badDay, path);
      return;
    default:
      writeStart(line, request, day);
      line.put(handshake);
      writeEnd(line, { ...request, status: badRequest, bytes: 226 });
  }
}

function pagePath(page: number): string {
  if (page === 0) return "/";
  switch (page % 8) {
    case 0:
      return `/search?q=term${page}&page=${page % 5}`;
    case 1:
      return `/assets/app-${page}.css`;
    case 2:
      return `/img/photo-${page}.jpg`;
    case 3:
      return `/api/v1/items/${page}`;
    default:
      return `/articles/${page}`;
  }
}

function apacheDay(midnight: Date): string {
  const day = String(midnight.getUTCDate()).padStart(2, "0");
  return `${day}/${months[midnight.getUTCMonth()]!}/${midnight.getUTCFullYear()}`;
}
