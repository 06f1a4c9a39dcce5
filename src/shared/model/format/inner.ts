// Formats whose lines may be inside of an envelope: those whose lines say all of themselves.

export const innerTypes = [
  "common",
  "combined",
  "vhost_common",
  "vhost_combined",
  "json",
  "pairs",
  "pattern",
  "columns",
] as const;

export type InnerType = (typeof innerTypes)[number];
