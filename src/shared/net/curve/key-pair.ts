// A CURVE key pair (Curve25519). Only the secret half is stored; the public one follows from it, so
// the two can never disagree. The secret is a private field: no log, no inspection and no JSON of an
// object that holds a pair can show it.

import { createPrivateKey, createPublicKey } from "node:crypto";
import { curveKeyPair } from "zeromq";
import { assert } from "../../base/assert.ts";
import { decodeKey, encodeKey, keyBytes } from "./z85.ts";

/** What precedes the 32 bytes of an X25519 secret in PKCS #8. */
const pkcs8Head = Buffer.from("302e020100300506032b656e04220420", "hex");

export class KeyPair {
  /** 40 characters of Z85; not a secret. */
  readonly publicKey: string;
  readonly #secretKey: string;

  private constructor(publicKey: string, secretKey: string) {
    this.publicKey = publicKey;
    this.#secretKey = secretKey;
  }

  static generate(): KeyPair {
    const { publicKey, secretKey } = curveKeyPair();
    return new KeyPair(publicKey, secretKey);
  }

  /** The pair of a secret key in Z85; null when the text is no key. */
  static fromSecret(secretKey: string): KeyPair | null {
    const secret = decodeKey(secretKey);
    if (secret === null) return null;
    const key = Buffer.concat([pkcs8Head, secret]);
    const privateKey = createPrivateKey({ key, format: "der", type: "pkcs8" });
    const spki = createPublicKey(privateKey).export({ format: "der", type: "spki" });
    const publicKey = encodeKey(spki.subarray(-keyBytes));
    assert(publicKey !== null, "an X25519 key has 32 bytes");
    return new KeyPair(publicKey, secretKey);
  }

  /** The secret half, for a socket or a key file and nothing else. */
  reveal(): string {
    return this.#secretKey;
  }
}
