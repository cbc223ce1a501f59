/** The process of `timeInFreshProcess`: prints the nanoseconds that one piece of work takes. */
import type { Order, Prepare, Subject } from "./fresh-process.js";
import { median } from "./summary.js";

// Long enough for the clock, short enough that a batch which another process interrupted is one of many.
const batchMs = 5;

const { module, options, warmUpMs, measureMs } = JSON.parse(process.argv[2] ?? "") as Order;
const { prepare } = (await import(module)) as { readonly prepare: Prepare<unknown> };
const subject = await prepare(options);
await subject.prove();
const times = await calibrate(subject);
const ns = await measure(subject, times);
process.stdout.write(JSON.stringify({ ns, ...subject.figures?.() }));
await subject.end?.();

/** Warms up, and finds how often the work fits into a batch. */
async function calibrate(of: Subject): Promise<number> {
  const endsAt = performance.now() + warmUpMs;
  let times = 1;
  for (;;) {
    const lastedMs = await duration(of, times);
    if (performance.now() >= endsAt && lastedMs >= batchMs / 2) return Math.ceil((times * batchMs) / lastedMs);
    if (lastedMs < batchMs) times *= 2;
  }
}

async function measure(of: Subject, times: number): Promise<number> {
  const endsAt = performance.now() + measureMs;
  const batches: number[] = [];
  do batches.push(((await duration(of, times)) * 1e6) / times);
  while (performance.now() < endsAt);
  return median(batches);
}

async function duration(of: Subject, times: number): Promise<number> {
  const startedAt = performance.now();
  const pending = of.batch(times);
  if (pending !== undefined) await pending;
  return performance.now() - startedAt;
}
