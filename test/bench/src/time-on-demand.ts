/** A process of `timeSideBySide`: times a batch whenever it is told to, until its parent has gone. */
import { calibrate, duration } from "./batches.js";
import type { Prepare } from "./fresh-process.js";
import type { SideBySideOrder } from "./side-by-side.js";

const { module, options, warmUpMs } = JSON.parse(process.argv[2] ?? "") as SideBySideOrder;
const { prepare } = (await import(module)) as { readonly prepare: Prepare<unknown> };
const subject = await prepare(options);
await subject.prove();
const times = await calibrate(subject, warmUpMs);
process.on("message", async () => {
  await duration(subject, times); // the processor's caches are full of what the other one has touched
  process.send?.(((await duration(subject, times)) * 1e6) / times);
});
process.send?.(0); // ready
