// Lines that a container runtime writes for the kubelet, which have a line of another format inside.

import type { FieldTypes } from "./field-types.ts";

export interface CriFormat<Inner> extends FieldTypes {
  readonly type: "cri";
  /** Null: the line is the field `message`. Types of its fields and its time are said outside. */
  readonly inner: Inner | null;
}
