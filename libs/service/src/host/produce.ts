import type { StreamResponse } from "@weft/contracts/node";
import type { Clock } from "@weft/core";
import type { Send } from "../rpc/sender.js";
import { encodeAnswer, handlerError } from "./handler-error.js";
import type { IncomingCall } from "./hosting.js";

// A producer that refuses at once does so before the stream counts as accepted; one that is slow to give its first item
// is accepted meanwhile, so that the caller has something to stop.
const acceptAfterMs = 100;

export interface ProduceOptions {
  readonly clock: Clock;
  /** Throws for an item over the size limit. */
  readonly sized: (json: Buffer) => Buffer;
}

/** Sends what a producer gives, one item at a time, and lets it clean up however the stream ends. */
export async function produce(
  call: IncomingCall,
  open: () => AsyncIterable<unknown>,
  send: Send<StreamResponse>,
  options: ProduceOptions,
): Promise<void> {
  const { clock, sized } = options;
  const { signal } = call.context;
  const iterator = iteratorOf(open, call);
  let isOver = false; // by itself: then it has cleaned up already
  let interrupt: (reason: unknown) => void = () => {};
  const onAbort = () => interrupt(signal.reason);
  // Ends with the signal too, for a producer that waits for something else and does not look at it.
  const take = () =>
    new Promise<IteratorResult<unknown>>((resolve, reject) => {
      interrupt = reject;
      if (signal.aborted) reject(signal.reason);
      else
        iterator.next().then(
          (next) => {
            isOver = next.done === true;
            resolve(next);
          },
          (thrown) => {
            isOver = true;
            reject(handlerError(thrown, call));
          },
        );
    });

  let sequence = 0;
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    const first = take();
    await settled(first, acceptAfterMs, clock);
    await send({ sequence, content: { $case: "accepted", value: { resumable: false } } });
    for (let next = await first; next.done !== true; next = await take()) {
      const wait = send({
        sequence: ++sequence,
        content: { $case: "itemJson", value: sized(encodeAnswer(next.value, call)) },
      });
      if (wait !== undefined) await wait;
    }
    await send({ sequence, content: { $case: "ended", value: {} } });
  } finally {
    signal.removeEventListener("abort", onAbort);
    if (!isOver) void cleanUp(iterator, call); // not awaited: a producer in the middle of something gets there later
  }
}

function iteratorOf(open: () => AsyncIterable<unknown>, call: IncomingCall): AsyncIterator<unknown> {
  try {
    return open()[Symbol.asyncIterator]();
  } catch (thrown) {
    throw handlerError(thrown, call);
  }
}

/** What goes wrong here is for the log alone: the stream has its end already. */
async function cleanUp(iterator: AsyncIterator<unknown>, call: IncomingCall): Promise<void> {
  try {
    await iterator.return?.(undefined);
  } catch (thrown) {
    handlerError(thrown, call);
  }
}

/** Ends when `promise` does, as it does, or after `limitMs`. */
function settled(promise: Promise<unknown>, limitMs: number, clock: Clock): Promise<void> {
  return new Promise((resolve, reject) => {
    const cancel = clock.after(limitMs, resolve);
    promise.then(() => resolve(), reject).finally(cancel);
  });
}
