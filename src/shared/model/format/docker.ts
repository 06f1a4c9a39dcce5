// Records of Docker's `json-file` driver, which have a line of another format inside.

import type { FieldTypes } from "./field-types.ts";

export interface DockerFormat<Inner> extends FieldTypes {
  readonly type: "docker";
  /** Null: the line is the field `message`. Types of its fields and its time are said outside. */
  readonly inner: Inner | null;
}
