const { imul } = Math; // where globals are slow to find, as under jest, a walk over places takes 100 times as long

const bits = 18;
const half = bits / 2;
const mask = 2 ** bits - 1;

// Those of MurmurHash3, and what undoes them.
const first = 0x85ebca6b | 0;
const second = 0xc2b2ae35 | 0;
const undoFirst = inverse(first);
const undoSecond = inverse(second);

/** Nodes stand at places, by the hash of their id. Of 10,000 nodes 4 % share theirs with another. */
export const placeCount = 2 ** bits;

/** Where the node stands whose id has this hash. */
export function placeOf(idHash: number): number {
  return idHash >>> (32 - bits);
}

/**
 * Every key visits all places, each once, in an order of its own. When it comes to a place: 0, 1, 2, … Key and hash are
 * 32 bits, well mixed.
 */
export function turnOf(place: number, key: number): number {
  let x = (place ^ key) & mask;
  x = imul(x, first) & mask;
  x ^= (x >>> half) ^ (key >>> (32 - bits));
  x = imul(x, second) & mask;
  return x ^ (x >>> half);
}

/** The place that a key visits at a turn: undoes `turnOf`. To fold the upper half onto the lower undoes itself. */
export function placeAt(turn: number, key: number): number {
  let x = turn ^ (turn >>> half);
  x = imul(x, undoSecond) & mask;
  x ^= key >>> (32 - bits);
  x ^= x >>> half;
  x = imul(x, undoFirst) & mask;
  return (x ^ key) & mask;
}

/** Of an odd number modulo 2^32, by Newton's method: each step doubles the bits that are right. */
function inverse(odd: number): number {
  let x = odd;
  for (let step = 0; step < 5; step++) x = imul(x, 2 - imul(odd, x));
  return x;
}
