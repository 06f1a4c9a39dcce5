// Addresses as logs write them: any spelling of a few addresses, so that many are equal, and texts that are almost
// addresses.

import fc from "fast-check";

const group = fc.oneof(
  { weight: 4, arbitrary: fc.constant(0) },
  { weight: 2, arbitrary: fc.constantFrom(1, 0xab, 0x100, 0xffff, 0xdb8) },
  { weight: 1, arbitrary: fc.nat(0xffff) },
);
const mapped = fc.tuple(group, group).map((low) => [0, 0, 0, 0, 0, 0xffff, ...low]);
const groups = fc.oneof(
  { weight: 3, arbitrary: fc.array(group, { minLength: 8, maxLength: 8 }) },
  { weight: 1, arbitrary: mapped },
);

const dotted = (high: number, low: number): string =>
  [high >> 8, high & 255, low >> 8, low & 255].join(".");

/** One of the spellings of eight groups; which one is drawn. */
const ipv6 = fc
  .record({
    groups,
    widths: fc.array(fc.nat(4), { minLength: 8, maxLength: 8 }),
    isUpper: fc.boolean(),
    isDotted: fc.boolean(),
    gap: fc.tuple(fc.nat(7), fc.integer({ min: 1, max: 8 })),
    zone: fc.constantFrom("", "", "", "", "%eth0", "%1", "%En-0.1"),
  })
  .map(({ groups: all, widths, isUpper, isDotted, gap: [from, length], zone }) => {
    const texts = all.map((value, index) => value.toString(16).padStart(widths[index]!, "0"));
    const parts = isDotted ? [...texts.slice(0, 6), dotted(all[6]!, all[7]!)] : texts;
    const to = Math.min(from + length, parts.length, isDotted ? 6 : 8);
    const isGap = from < to && all.slice(from, to).every((value) => value === 0);
    const text = isGap
      ? `${parts.slice(0, from).join(":")}::${parts.slice(to).join(":")}`
      : parts.join(":");
    return (isUpper ? text.toUpperCase() : text) + zone;
  });

const ipv4 = fc.tuple(group, group).map(([high, low]) => dotted(high, low));

const almost = fc
  .tuple(
    fc.oneof(ipv4, ipv6),
    fc.nat(50),
    fc.constantFrom(":", "::", ".", "0", "g", "%", " ", "", "1.2"),
  )
  .map(([text, place, piece]) => {
    const at = place % (text.length + 1);
    return text.slice(0, at) + piece + text.slice(at + (place % 2));
  });

const odd = fc.constantFrom(
  ...["-", "::", "::1", "1::", ":", ":::", "1.2.3", "1.2.3.4.5", "256.1.1.1", "01.2.3.4"],
  ...["192.0.2.1:80", "[::1]", "unix:", "localhost", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9"],
  ...[
    "1:2:3:4:5:6:7::",
    "::2:3:4:5:6:7:8",
    "1::3:4:5:6:7:8:9",
    "1:2:3:4:5:6:7:1.2.3.4",
    "fe80::1%",
  ],
  ...["::ffff:192.0.2.1", "::FFFF:C000:201", "0:0:0:0:0:ffff:192.0.2.1", "192.0.2.1", "12345::"],
);

/** Good, odd and broken addresses, and now and then none. */
export const addressText = fc.oneof(
  { weight: 4, arbitrary: ipv6 },
  { weight: 2, arbitrary: ipv4 },
  { weight: 2, arbitrary: almost },
  { weight: 3, arbitrary: odd },
  { weight: 1, arbitrary: fc.constant("") },
);
