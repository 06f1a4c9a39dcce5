// A process in which sockets with keys are opened, served, stormed by strangers and closed, again and
// again at one address; its arguments are ROUNDS and SEED. What it looks for ends the process, an
// abort inside libzmq, so that it takes a process to look for it. After every round it says which
// one that was; a round that gets stuck ends it with exit code 3.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Dealer, curveKeyPair } from "zeromq";
import { randomBelow, seededRandom } from "../../src/shared/base/prng.ts";
import { connectDealer } from "../../src/shared/net/client-socket.ts";
import { newTally } from "../../src/shared/net/connection-tally.ts";
import { AllowList } from "../../src/shared/net/curve/allow-list.ts";
import { KeyPair } from "../../src/shared/net/curve/key-pair.ts";
import { bindRouter } from "../../src/shared/net/router.ts";
import type { ServerSecurity } from "../../src/shared/net/security.ts";

const rounds = Number(process.argv[2]);
const random = seededRandom(Number(process.argv[3]));
const stuckMs = 30_000;
const hello = [new TextEncoder().encode("hello")];
const [own, friend, former] = [KeyPair.generate(), KeyPair.generate(), KeyPair.generate()];
const folder = mkdtempSync(join(tmpdir(), "logmill-storm-"));
const allowed = new AllowList(join(folder, "tasks.allow"));

function allow(pairs: readonly { readonly publicKey: string }[]) {
  writeFileSync(allowed.path, pairs.map(({ publicKey }) => `${publicKey}\n`).join(""));
  allowed.reload();
}

const security: ServerSecurity = {
  domain: "tasks",
  curve: { pair: own, allowed },
  isInsecure: false,
  tally: newTally(),
};
const friendly = { curve: { pair: friend, serverKey: own.publicKey }, isInsecure: false };

/** Most have only the wrong key: those are asked about while everything closes. */
const unknownKey = () => ({ ...curveOf(curveKeyPair()), curveServerKey: own.publicKey });
const strangers = [
  unknownKey,
  unknownKey,
  unknownKey,
  () => ({ ...curveOf(curveKeyPair()), curveServerKey: curveKeyPair().publicKey }),
  () => ({}),
  () => ({ plainUsername: "a", plainPassword: "b" }),
];

function curveOf({ publicKey, secretKey }: { publicKey: string; secretKey: string }) {
  return { curvePublicKey: publicKey, curveSecretKey: secretKey };
}

/**
 * Somebody who may not come in.
 * @returns sends him home
 */
function stranger(endpoint: string): () => void {
  if (randomBelow(random, 8) === 0) {
    const socket = connect(Number(endpoint.split(":").at(-1)), "127.0.0.1");
    socket.on("error", () => undefined).write("GET / HTTP/1.1\r\n\r\n");
    return () => void socket.destroy();
  }
  const options = strangers[randomBelow(random, strangers.length)]?.() ?? {};
  const socket = new Dealer({ linger: 0, reconnectInterval: 5, ...options });
  socket.connect(endpoint);
  socket.send("evil").catch(() => undefined);
  return () => socket.close();
}

/** Opens, serves, and closes everything in an order of its own. */
async function round(endpoint: string) {
  allow([friend, former]);
  const router = await bindRouter(endpoint, security);
  const messages = router[Symbol.asyncIterator]();
  const ends: (() => void | Promise<void>)[] = [];
  const storm = () => {
    for (let count = randomBelow(random, 6); count >= 0; count -= 1) {
      ends.push(stranger(router.endpoint));
    }
  };
  storm();
  const dealer = connectDealer(router.endpoint, {}, friendly);
  await dealer.send(hello);
  await messages.next();
  const last = messages.next();
  if (randomBelow(random, 4) === 0) {
    // Everybody is cut off, and the socket is bound anew while it is received on.
    allow([friend]);
  }
  // These are in the middle of their handshakes while all is closed.
  storm();
  await new Promise((resolve) => setTimeout(resolve, randomBelow(random, 4)));
  if (randomBelow(random, 2) === 0) await router.close();
  const closings = [() => router.close(), () => dealer.close(), ...ends];
  while (closings.length > 0) {
    const [close] = closings.splice(randomBelow(random, closings.length), 1);
    await close?.();
  }
  await last;
  return router.endpoint;
}

let endpoint = "tcp://127.0.0.1:0";
for (let done = 1; done <= rounds; done += 1) {
  const stuck = setTimeout(() => process.exit(3), stuckMs);
  endpoint = await round(endpoint);
  clearTimeout(stuck);
  process.send?.(done);
}
rmSync(folder, { recursive: true });
if (process.connected) process.disconnect();
