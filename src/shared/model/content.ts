// Who a stretch of content is, and where it was last seen.

/** Who a stretch of content is, wherever its bytes lie now. See `fingerprints.ts`. */
export interface SourceIdentity {
  /** 32 hex digits: SHA-256 (first 16 bytes) of the first `headBytes` bytes of the content. */
  readonly id: string;
  readonly headBytes: number;
  /** 16 hex digits: SHA-256 (first 8 bytes) of the first line; never changes as content grows. */
  readonly family: string;
}

/** Where the content was last seen; a hint that saves reading it again, never an identity. */
export interface SourceHint {
  readonly path: string;
  /** `dev:ino`, and `:birthtimeNs` where the file system knows it. */
  readonly inode: string;
  /**
   * `dev:ino:size:mtimeNs`, and `:contentBytes` of a compressed file that was read to its end. Equal
   * tokens are taken as equal content.
   */
  readonly stat: string;
}
