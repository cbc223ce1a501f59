import type { Peer } from "../peers/peer.js";
import { mix } from "./name-hash.js";
import { PlaceMap } from "./place-map.js";
import { at } from "./selector.js";
import { placeCount, placeOf, turnOf } from "./visiting-order.js";

// As many are asked for their turns as fast as a key visits places until it meets one of them.
const fewNodes = 512;

/**
 * Some nodes at their places: a key belongs to the one that it visits first. So a node more or less moves its own keys and
 * no others, and nothing depends on the order of the list. It is rendezvous hashing by a score that can be followed
 * backwards: few nodes are asked for their turns, but among many the key sets out, and meets one of 10,000 after 26 places.
 */
export class Places {
  readonly #peers: readonly Peer[];
  readonly #hashes: Int32Array; // side by side: to read them from the nodes takes two to three times as long
  #map: PlaceMap | undefined;
  #wasAsked = false;

  constructor(peers: readonly Peer[]) {
    this.#peers = peers;
    this.#hashes = new Int32Array(peers.length);
    for (let i = 0; i < peers.length; i++) this.#hashes[i] = at(peers, i).idHash;
  }

  first(key: number): Peer {
    const isMapped = this.#wasAsked && this.#peers.length > fewNodes; // a list for one call is not worth a map
    this.#wasAsked = true;
    return at(this.#peers, isMapped ? this.#firstOfMany(key) : this.#firstOfFew(key));
  }

  #firstOfFew(key: number): number {
    const hashes = this.#hashes;
    let first = 0;
    let firstTurn = placeCount;
    for (let i = 0; i < hashes.length; i++) {
      const turn = turnOf(placeOf(hashes[i] as number), key);
      if (turn > firstTurn || (turn === firstTurn && precedes(at(this.#peers, first), at(this.#peers, i), key)))
        continue;
      first = i;
      firstTurn = turn;
    }
    return first;
  }

  #firstOfMany(key: number): number {
    this.#map ??= new PlaceMap(this.#hashes);
    const peers = this.#peers;
    return this.#map.meet(key).reduce((a, b) => (precedes(at(peers, a), at(peers, b), key) ? a : b));
  }
}

const known = new WeakMap<readonly Peer[], Places>();

/** Those of a list: made once for all functions that have it for their candidates. */
export function placesOf(peers: readonly Peer[]): Places {
  let places = known.get(peers);
  if (places === undefined) {
    places = new Places(peers);
    known.set(peers, places);
  }
  return places;
}

/** The nodes, the first that a key visits first. */
export function inVisitingOrder(peers: readonly Peer[], key: number): readonly Peer[] {
  const turn = ({ idHash }: Peer) => turnOf(placeOf(idHash), key);
  return [...peers].sort((a, b) => turn(a) - turn(b) || (precedes(a, b, key) ? -1 : 1));
}

/** Which of two nodes at one place comes first. */
function precedes(a: Peer, b: Peer, key: number): boolean {
  const difference = mix(key ^ a.idHash) - mix(key ^ b.idHash);
  return difference === 0 ? a.id < b.id : difference < 0;
}
