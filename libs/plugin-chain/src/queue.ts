/** Runs tasks one after another, in the order in which they came. */
export interface Queue {
  /** Answers with the task's own outcome. */
  enqueue<Result>(task: () => Promise<Result>): Promise<Result>;
  /** Tasks that have not ended. */
  readonly length: number;
}

export function createQueue(): Queue {
  let tail: Promise<unknown> = Promise.resolve();
  let length = 0;
  return {
    enqueue(task) {
      length += 1;
      const result = tail.then(task).finally(() => {
        length -= 1;
      });
      tail = result.catch(() => {}); // whoever enqueued the task gets its failure
      return result;
    },
    get length() {
      return length;
    },
  };
}
