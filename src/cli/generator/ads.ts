// A synthetic log of advertising events in the rsyslog envelope, about 118 bytes a line:
//
//   2011-06-30T00:00:03-07:00 log-07.lax.host.agkn.net EVT_V1 impression,u0123456789,c042,p17,300x250,192.0.2.1,0.001234
//
// Users, campaigns and placements follow Zipf's law, so users come again and again. Some lines are
// late and some are malformed, in every way that the pipeline tells apart. The same seed gives the
// same bytes.

import { randomBelow, seededRandom } from "../../shared/base/prng.ts";
import type { Random } from "../../shared/base/prng.ts";
import { dayCache, eventTimes } from "./event-times.ts";
import type { EventTimeOptions } from "./event-times.ts";
import { encode } from "./line-buffer.ts";
import type { LineBuffer, LineWriter } from "./line-buffer.ts";
import { zipfRanks } from "./zipf.ts";

export interface GeneratorOptions extends EventTimeOptions {
  readonly seed: number;
  /** Exponent of Zipf's law for users (and visitors). */
  readonly zipf: number;
  /** Share of lines that are malformed, 0 to 1. */
  readonly malformedShare: number;
}

const usersCount = 1_000_000;
const campaignsCount = 200;
const placementsCount = 40;
const sizes = ["300x250", "728x90", "160x600", "320x50"].map((size) => encode(`${size},`));
const networks = ["192.0.2.", "198.51.100.", "203.0.113."].map(encode);
const hosts = Array.from({ length: 16 }, (_, host) =>
  encode(` log-${String(host).padStart(2, "0")}.lax.host.agkn.net `),
);

const offset = encode("-07:00");
const program = encode("EVT_V1 ");
const unknownProgram = encode("EVT_V9 ");
const badDay = encode("2011-0-21T");
const badNumber = encode("0.00x12");

interface EventKind {
  readonly name: Uint8Array;
  /** Share of this and all kinds before it. */
  readonly upTo: number;
  /** Bounds of the revenue in millionths; null for none. */
  readonly revenue: readonly [number, number] | null;
}

const kinds: readonly EventKind[] = [
  { name: encode("impression,"), upTo: 0.93, revenue: [500, 12_000] },
  { name: encode("viewable,"), upTo: 0.98, revenue: null },
  { name: encode("click,"), upTo: 0.996, revenue: [50_000, 2_000_000] },
  { name: encode("conversion,"), upTo: 1, revenue: [1_000_000, 80_000_000] },
];

const comma = 44;
const colon = 58;
const dot = 46;
const newline = 10;
const letterC = 99;
const letterP = 112;
const letterU = 117;

/** The parts of one line, drawn in a fixed order so that a malformed line disturbs no other. */
interface AdEvent {
  readonly localSec: number;
  readonly host: number;
  readonly kind: EventKind;
  readonly user: number;
  readonly campaign: number;
  readonly placement: number;
  readonly revenue: number;
}

/** Writes the lines of the log, one a call. */
export function adLines(options: GeneratorOptions): LineWriter {
  const random = seededRandom(options.seed);
  const nextTime = eventTimes(random, options);
  const nextUser = zipfRanks(random, usersCount, options.zipf);
  const nextCampaign = zipfRanks(random, campaignsCount, 0.9);
  const nextPlacement = zipfRanks(random, placementsCount, 0.7);
  const dayBytes = dayCache((midnight) => encode(midnight.toISOString().slice(0, 11)));
  const nextEvent = (): AdEvent => {
    const localSec = nextTime();
    const drawn = random();
    const kind = kinds.find(({ upTo }) => drawn < upTo)!;
    const [least, most] = kind.revenue ?? [0, 0];
    return {
      localSec,
      host: randomBelow(random, hosts.length),
      kind,
      user: nextUser(),
      campaign: nextCampaign(),
      placement: nextPlacement(),
      revenue: least + randomBelow(random, most - least + 1),
    };
  };
  return (line) => {
    const event = nextEvent();
    if (random() < options.malformedShare) writeMalformed(line, event, dayBytes, random);
    else writeEvent(line, event, dayBytes(event.localSec), program);
    line.byte(newline);
  };
}

function writeEvent(
  line: LineBuffer,
  event: AdEvent,
  day: Uint8Array,
  programBytes: Uint8Array,
): void {
  writeEnvelope(line, event, day, programBytes);
  writeUser(line, event);
  line.byte(comma);
  line.byte(letterC);
  line.digits(event.campaign, 3);
  line.byte(comma);
  line.byte(letterP);
  line.digits(event.placement, 2);
  line.byte(comma);
  line.put(sizes[event.placement % sizes.length]!);
  line.put(networks[event.user % networks.length]!);
  line.number(event.user % 255);
  line.byte(comma);
  if (event.kind.revenue === null) return;
  line.number(Math.floor(event.revenue / 1_000_000));
  line.byte(dot);
  line.digits(event.revenue % 1_000_000, 6);
}

function writeEnvelope(
  line: LineBuffer,
  { localSec, host }: AdEvent,
  day: Uint8Array,
  programBytes: Uint8Array,
): void {
  const second = localSec % 86_400;
  line.put(day);
  line.digits(Math.floor(second / 3600), 2);
  line.byte(colon);
  line.digits(Math.floor(second / 60) % 60, 2);
  line.byte(colon);
  line.digits(second % 60, 2);
  line.put(offset);
  line.put(hosts[host]!);
  line.put(programBytes);
}

function writeUser(line: LineBuffer, { kind, user }: AdEvent): void {
  line.put(kind.name);
  line.byte(letterU);
  // Spreads ranks over ten digits; one to one, since the factor has no divisor of 10^10.
  line.digits((user * 7_368_787 + 104_729) % 10_000_000_000, 10);
}

/** One of: blank, short, bad date, unknown program, bad number, cut off. */
function writeMalformed(
  line: LineBuffer,
  event: AdEvent,
  dayBytes: (localSec: number) => Uint8Array,
  random: Random,
): void {
  const day = dayBytes(event.localSec);
  switch (randomBelow(random, 6)) {
    case 0:
      return;
    case 1:
      writeEnvelope(line, event, day, program);
      writeUser(line, event);
      return;
    case 2:
      writeEvent(line, event, badDay, program);
      return;
    case 3:
      writeEvent(line, event, day, unknownProgram);
      return;
    case 4:
      writeEvent(line, { ...event, kind: { ...event.kind, revenue: null } }, day, program);
      line.put(badNumber);
      return;
    default:
      line.put(day);
  }
}
