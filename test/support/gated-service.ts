import { defineService, fn, type ServiceDefinition } from "@weft/service";

/** A service whose calls end when the test says so, and whose streams end when somebody ends them. */
export function gated(): {
  readonly service: ServiceDefinition;
  /** Resolves when a call has begun. */
  readonly isRunning: Promise<void>;
  /** How many calls have begun. */
  begun(): number;
  release(): void;
} {
  let release = () => {};
  let started = () => {};
  let begun = 0;
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
          begun++;
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
  return { service, isRunning, begun: () => begun, release };
}
