/** The process of `timeInFreshProcess`: prints the nanoseconds that one piece of work takes. */
import { calibrate, duration } from "./batches.js";
import type { Order, Prepare, Subject } from "./fresh-process.js";
import { median } from "./summary.js";

const { module, options, warmUpMs, measureMs } = JSON.parse(process.argv[2] ?? "") as Order;
const { prepare } = (await import(module)) as { readonly prepare: Prepare<unknown> };
const subject = await prepare(options);
await subject.prove();
const times = await calibrate(subject, warmUpMs);
const ns = await measure(subject, times);
process.stdout.write(JSON.stringify({ ns, ...subject.figures?.() }));
await subject.end?.();

async function measure(of: Subject, times: number): Promise<number> {
  const endsAt = performance.now() + measureMs;
  const batches: number[] = [];
  do batches.push(((await duration(of, times)) * 1e6) / times);
  while (performance.now() < endsAt);
  return median(batches);
}
