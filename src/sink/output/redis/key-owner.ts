// Which of several servers a key belongs to: the one that gives it the highest score (rendezvous hashing). So the order of
// the servers does not matter, and one more of n takes over a key in n + 1 and moves no other.

const fnvOffset = 0x811c9dc5;
const fnvPrime = 0x01000193;

/** @param places of the servers, each different. */
export function keyOwner(places: readonly string[]): (key: Uint8Array) => number {
  const seeds = places.map((place) => hashOf(Buffer.from(place)));
  return (key) => {
    const hash = hashOf(key);
    let owner = 0;
    let best = -1;
    seeds.forEach((seed, index) => {
      const score = mixed(hash ^ seed);
      const isBetter = score > best || (score === best && places[index]! < places[owner]!);
      if (!isBetter) return;
      owner = index;
      best = score;
    });
    return owner;
  };
}

/** FNV-1a of 32 bits, mixed, since its last bytes alone would decide otherwise. */
function hashOf(bytes: Uint8Array): number {
  let hash = fnvOffset;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, fnvPrime);
  return mixed(hash);
}

/** The finaliser of MurmurHash3. */
function mixed(value: number): number {
  let hash = value;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
