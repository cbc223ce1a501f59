/** What was started, to be stopped in reverse. */
export interface UndoStack {
  push(stop: () => void | Promise<void>): void;
  /** Stops everything, each once. A stop that fails does not keep the others from theirs; the first error is thrown. */
  run(): Promise<void>;
}

export function createUndoStack(): UndoStack {
  const stops: (() => void | Promise<void>)[] = [];
  return {
    push: (stop) => stops.push(stop),
    async run() {
      let failure: { readonly error: unknown } | undefined;
      for (let stop = stops.pop(); stop !== undefined; stop = stops.pop()) {
        try {
          await stop();
        } catch (error) {
          failure ??= { error };
        }
      }
      if (failure !== undefined) throw failure.error;
    },
  };
}
