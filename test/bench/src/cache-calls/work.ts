/** Every contestant reads from the same thousand entries. */
export const keys: readonly string[] = Array.from({ length: 1_000 }, (_, i) => `key-${String(i).padStart(4, "0")}`);

const filling = "what a cache might hold".padEnd(92, ".");

/** 100 bytes as JSON text, in which it stands between quotes. */
export function valueUnder(key: string): string {
  return filling.slice(0, 98 - key.length) + key;
}

export const batchSize = 16;

export function keyOf(sequence: number): string {
  return keys[((sequence % keys.length) + keys.length) % keys.length] as string;
}

/** The keys of one batch. */
export function keysOf(sequence: number): string[] {
  return Array.from({ length: batchSize }, (_, i) => keyOf(sequence * batchSize + i));
}

/** Throws unless that is the value under the key. */
export function check(key: string, value: unknown): void {
  if (value !== valueUnder(key)) throw new Error(`${JSON.stringify(value)} is not the value of ${key}`);
}
