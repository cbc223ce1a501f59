/** Those who wait for something to become known. Who gives up leaves nothing behind. */
export interface Waiting {
  /** Resolves at the next `resume`, or when the signal fires. */
  until(signal?: AbortSignal): Promise<void>;
  resume(): void;
  readonly size: number;
}

export function createWaiting(): Waiting {
  const resumes = new Set<() => void>();
  return {
    until: (signal) =>
      new Promise((resolve) => {
        const done = () => {
          resumes.delete(done);
          signal?.removeEventListener("abort", done);
          resolve();
        };
        resumes.add(done);
        signal?.addEventListener("abort", done);
        if (signal?.aborted) done();
      }),
    resume() {
      for (const done of [...resumes]) done();
    },
    get size() {
      return resumes.size;
    },
  };
}
