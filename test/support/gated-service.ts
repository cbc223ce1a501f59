import { defineService, fn, type ServiceDefinition } from "@weft/service";

/** A service whose one call ends when the test says so, and whose streams end when somebody ends them. */
export function gated(): {
  readonly service: ServiceDefinition;
  /** Resolves when the call has begun. */
  readonly isRunning: Promise<void>;
  release(): void;
} {
  let release = () => {};
  let started = () => {};
  const isRunning = new Promise<void>((resolve) => {
    started = resolve;
  });
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  const service = defineService({
    name: "gated",
    version: "1.0.0",
    functions: {
      work: fn({
        permission: "public",
        async handler() {
          started();
          await gate;
          return "done";
        },
      }),
      ticks: fn.stream({
        permission: "public",
        async *handler(_args, { signal }) {
          yield 1;
          await new Promise((resolve) => signal.addEventListener("abort", resolve));
        },
      }),
    },
  });
  return { service, isRunning, release };
}
