import { isPromise } from "../implementer.js";

interface Leaves {
  leave(): void;
}

/** Passes a call's result on, and leaves when the call has ended: at once, with its promise, or with its stream. */
export function holdUntilEnded(result: unknown, call: Leaves): unknown {
  if (isPromise(result)) return holdPromise(result, call);
  if (isAsyncIterable(result)) return holdStream(result, call);
  call.leave();
  return result;
}

async function holdPromise(result: PromiseLike<unknown>, call: Leaves): Promise<unknown> {
  let value: unknown;
  try {
    value = await result;
  } catch (error) {
    call.leave();
    throw error;
  }
  return holdUntilEnded(value, call);
}

/** An iterable by hand: a generator would add waits to each item, and would never end if it is closed unread. */
function holdStream(stream: AsyncIterable<unknown>, call: Leaves): AsyncIterable<unknown> {
  return {
    [Symbol.asyncIterator]() {
      const items = stream[Symbol.asyncIterator]();
      const watch = async (step: Promise<IteratorResult<unknown>>) => {
        try {
          const result = await step;
          if (result.done) call.leave();
          return result;
        } catch (error) {
          call.leave();
          throw error;
        }
      };
      return {
        next: () => watch(items.next()),
        async return(value) {
          try {
            return (await items.return?.(value)) ?? { done: true, value };
          } finally {
            call.leave();
          }
        },
      };
    },
  };
}

function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === "object" && value !== null && Symbol.asyncIterator in value;
}
