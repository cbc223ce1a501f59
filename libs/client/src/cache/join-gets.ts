import type { GetResponse } from "@weft/contracts/cache";
import { Reason, WeftError } from "@weft/core";
import DataLoader from "dataloader";

/** What became of a key. */
export type GetOutcome = GetResponse | WeftError;

/** Asks for many keys; the signal fires when nobody waits for any of them. Answers in their order. */
export type AskForMany = (keys: readonly string[], signal: AbortSignal) => Promise<readonly GetOutcome[]>;

interface Get {
  readonly key: string;
  /** Fires when nobody waits for it any more. */
  readonly signal: AbortSignal;
}

// More save little, and their values are too large together sooner.
const mostKeys = 64;

/** Gets of one key each, of which those of one turn of the event loop travel together. */
export function joinGets(ask: AskForMany): (key: string, signal: AbortSignal) => Promise<GetResponse> {
  async function askFor(gets: readonly Get[]): Promise<readonly GetOutcome[]> {
    try {
      return await ask(
        gets.map(({ key }) => key),
        whenAllAborted(gets),
      );
    } catch (error) {
      if (gets.length === 1 || (error as Partial<WeftError>).reason !== Reason.PayloadTooLarge) throw error;
      const middle = gets.length >> 1;
      const halves = [gets.slice(0, middle), gets.slice(middle)];
      return (await Promise.all(halves.map(outcomesOf))).flat();
    }
  }

  /** The failure of a half is that of its own keys alone. */
  async function outcomesOf(gets: readonly Get[]): Promise<readonly GetOutcome[]> {
    try {
      return await askFor(gets);
    } catch (error) {
      return gets.map(() => WeftError.from(error));
    }
  }

  const loader = new DataLoader<Get, GetResponse>(askFor, {
    cache: false,
    maxBatchSize: mostKeys,
    // By then all answers that came together have been read, and who waited has asked again.
    batchScheduleFn: (send) => void setImmediate(send),
  });
  return (key, signal) => loader.load({ key, signal });
}

function whenAllAborted(gets: readonly Get[]): AbortSignal {
  const abort = new AbortController();
  let left = gets.length;
  const leave = () => {
    if (--left === 0) abort.abort();
  };
  for (const { signal } of gets)
    if (signal.aborted) leave();
    else signal.addEventListener("abort", leave, { once: true });
  return abort.signal;
}
