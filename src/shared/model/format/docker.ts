// Records of Docker's `json-file` driver, which have a line of another format inside.

import type { FieldTypes } from "./field-types.ts";

/** Formats that may be inside. */
export const innerTypes = [
  "common",
  "combined",
  "vhost_common",
  "vhost_combined",
  "json",
  "pairs",
  "pattern",
] as const;

export type InnerType = (typeof innerTypes)[number];

export interface DockerFormat<Inner> extends FieldTypes {
  readonly type: "docker";
  /** Null: the line is the field `message`. Types of its fields and its time are said outside. */
  readonly inner: Inner | null;
}
