// What reads a content for what precedes its ranges.

export interface PreambleScan {
  /** In force behind the last whole line; empty where nothing has said anything yet. */
  readonly preamble: Uint8Array;
  /** Whether it is longer than a preamble may be. */
  readonly isTooLong: boolean;
  /** Whether nothing that follows changes it. */
  isComplete(): boolean;
  /** Takes what follows in the content, cut anywhere. */
  add(bytes: Uint8Array): void;
  /** Takes the beginning of a line that is too long for a batch, in place of the line. */
  addLong(beginning: Uint8Array): void;
}
