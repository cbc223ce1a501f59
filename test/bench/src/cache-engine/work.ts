import { type StoredValue, storeValue } from "@weft/cache";

export interface EngineWork {
  readonly kind: "get" | "set ttl" | "evicting set" | "list page" | "expiry";
  readonly entries: number;
}

export const ttlMs = 600_000;

/** Flat, as texts from the network are: a template would leave them in pieces. The digits in the middle repeat. */
export function keysOf(entries: number, name: string): readonly string[] {
  return Array.from({ length: entries }, (_, i) =>
    Buffer.from(`${name}:${pad(i % 100, 3)}:${pad(i, 6)}`).toString("latin1"),
  );
}

function pad(number: number, digits: number): string {
  return String(number).padStart(digits, "0");
}

/** A value of its own for each, as a cache has them. */
export function valuesOf(count: number): readonly StoredValue[] {
  return Array.from({ length: count }, (_, i) => storeValue("json", Buffer.from(`"${pad(i, 98)}"`)));
}

/** Numbers below `entries` in an order that no cache of a processor foresees. */
export function randomOrder(entries: number): Uint32Array {
  let state = 1;
  return new Uint32Array(2 ** 20).map(() => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * entries);
  });
}

/** What was just made, as by a request: few, so that they are in the caches of the processor. */
export const freshValues = 1_024;
