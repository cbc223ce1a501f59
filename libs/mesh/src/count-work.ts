/**
 * Counts work that goes on though nobody waits for it any more, so that a process which is about to end waits for it; at
 * last `abort` cuts it. The answer takes it off. Throws DRAINING or TOO_MANY_STREAMS where no more work is taken.
 */
export type CountWork = (abort: AbortController) => () => void;

/** For a process that ends without waiting. */
export const countNothing: CountWork = () => () => {};
