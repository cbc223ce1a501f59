import { type Code, WeftError } from "@weft/core";
import type { Sink } from "./sinks.js";

/** What `cache.get_many` answers where it is asked to be brief. */
export interface GotMany {
  /** In the order of the keys; null where there is none. */
  readonly values: readonly unknown[];
  /** Where keys without an entry stand. */
  readonly missing: readonly number[];
  readonly failed: readonly { readonly at: number; readonly status: Failure }[];
}

interface Failure {
  readonly code: Code;
  readonly reason: string;
  readonly message: string;
}

/** The keys of one call, and who waits for each of them. */
export class JoinedCall {
  readonly keys: string[] = [];
  readonly #sinks: Sink[] = [];
  readonly #places: number[] = [];

  add(key: string, sink: Sink, place: number): void {
    this.keys.push(key);
    this.#sinks.push(sink);
    this.#places.push(place);
  }

  answered({ values, missing, failed }: GotMany): void {
    const errors = new Map(failed.map(({ at, status }) => [at, errorOf(status)]));
    const absent = new Set(missing);
    for (let i = 0; i < this.#sinks.length; i++) {
      const sink = this.#sinks[i] as Sink;
      if (errors.size > 0 && errors.has(i)) sink.fail(errors.get(i));
      else sink.take(absent.size > 0 && absent.has(i) ? undefined : values[i], this.#places[i] as number);
    }
  }

  halves(): readonly JoinedCall[] {
    const halves = [new JoinedCall(), new JoinedCall()] as const;
    const middle = this.keys.length / 2;
    for (const [i, key] of this.keys.entries())
      halves[i < middle ? 0 : 1].add(key, this.#sinks[i] as Sink, this.#places[i] as number);
    return halves;
  }

  failed(error: unknown): void {
    for (const sink of this.#sinks) sink.fail(error);
  }
}

function errorOf({ code, reason, message }: Failure): WeftError {
  return new WeftError(code, message, { reason });
}
