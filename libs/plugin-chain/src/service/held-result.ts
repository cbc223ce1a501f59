import { isPromise } from "../implementer.js";

/** Passes a call's result on, and runs `leave` when the call has ended: at once, with its promise, or with its stream. */
export function holdUntilEnded(result: unknown, leave: () => void): unknown {
  if (isPromise(result)) return holdPromise(result, leave);
  if (isAsyncIterable(result)) return holdStream(result, leave);
  leave();
  return result;
}

async function holdPromise(result: PromiseLike<unknown>, leave: () => void): Promise<unknown> {
  let value: unknown;
  try {
    value = await result;
  } catch (error) {
    leave();
    throw error;
  }
  return holdUntilEnded(value, leave);
}

/** An iterable by hand: a generator would add waits to each item, and would never end if it is closed unread. */
function holdStream(stream: AsyncIterable<unknown>, leave: () => void): AsyncIterable<unknown> {
  return {
    [Symbol.asyncIterator]() {
      const items = stream[Symbol.asyncIterator]();
      const watch = async (step: Promise<IteratorResult<unknown>>) => {
        try {
          const result = await step;
          if (result.done) leave();
          return result;
        } catch (error) {
          leave();
          throw error;
        }
      };
      return {
        next: () => watch(items.next()),
        async return(value) {
          try {
            return (await items.return?.(value)) ?? { done: true, value };
          } finally {
            leave();
          }
        },
      };
    },
  };
}

function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === "object" && value !== null && Symbol.asyncIterator in value;
}
