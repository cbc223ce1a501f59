/** What a store answers: at once, as the one in memory does, or later. */
export type Awaitable<T> = T | Promise<T>;

/** Goes on with an answer without making a promise of what is there already. */
export function whenReady<T, Next>(answer: Awaitable<T>, next: (answer: T) => Awaitable<Next>): Awaitable<Next> {
  return answer instanceof Promise ? answer.then(next) : next(answer);
}
