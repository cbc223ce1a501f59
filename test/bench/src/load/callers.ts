import type { Actor, CallOnce } from "./actor.js";

/** Callers that stay from one load to the next, so that no load pays for their coming. */
export function createCallers(call: NonNullable<Actor["call"]>): (count: number) => Promise<readonly CallOnce[]> {
  const callers: Promise<CallOnce>[] = [];
  return async (count) => {
    while (callers.length < count) callers.push(comeToStay(call));
    return Promise.all(callers.slice(0, count));
  };
}

function comeToStay(call: NonNullable<Actor["call"]>): Promise<CallOnce> {
  return new Promise((resolve, reject) => {
    const stay = (once: CallOnce) => {
      resolve(once);
      return new Promise<never>(() => {}); // until the process ends
    };
    call(stay).catch(reject);
  });
}
