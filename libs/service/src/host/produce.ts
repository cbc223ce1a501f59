import type { StreamResponse } from "@weft/contracts/node";
import type { Clock } from "@weft/core";
import type { Send } from "../rpc/sender.js";
import type { Answers } from "./answers.js";
import type { IncomingCall } from "./hosting.js";

// A producer that refuses at once does so before the stream counts as accepted; one that is slow to give its first item
// is accepted meanwhile, so that the caller has something to stop.
const acceptAfterMs = 100;

export interface ProduceOptions {
  readonly clock: Clock;
  readonly answers: Answers;
}

/** Sends what a producer gives, one item at a time, and lets it clean up however the stream ends. */
export async function produce(
  call: IncomingCall,
  open: () => AsyncIterable<unknown>,
  send: Send<StreamResponse>,
  options: ProduceOptions,
): Promise<void> {
  const { clock, answers } = options;
  const { signal } = call.context;
  const iterator = iteratorOf(open, call, answers);
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
            reject(answers.failure(thrown, call));
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
        content: { $case: "itemJson", value: answers.encode(next.value, call, "item") },
      });
      if (wait !== undefined) await wait;
    }
    await send({ sequence, content: { $case: "ended", value: {} } });
  } finally {
    signal.removeEventListener("abort", onAbort);
    if (!isOver) void cleanUp(iterator, call, answers); // not awaited: a producer in the middle of something gets there later
  }
}

function iteratorOf(open: () => AsyncIterable<unknown>, call: IncomingCall, answers: Answers): AsyncIterator<unknown> {
  try {
    return open()[Symbol.asyncIterator]();
  } catch (thrown) {
    throw answers.failure(thrown, call);
  }
}

/** What goes wrong here is for the log alone: the stream has its end already. */
async function cleanUp(iterator: AsyncIterator<unknown>, call: IncomingCall, answers: Answers): Promise<void> {
  try {
    await iterator.return?.(undefined);
  } catch (thrown) {
    answers.failure(thrown, call);
  }
}

/** Ends when `promise` does, as it does, or after `limitMs`. */
function settled(promise: Promise<unknown>, limitMs: number, clock: Clock): Promise<void> {
  return new Promise((resolve, reject) => {
    const cancel = clock.after(limitMs, resolve);
    promise.then(() => resolve(), reject).finally(cancel);
  });
}
