/** The process of `startChild`: starts a module's server or client, then answers questions until its parent hangs up. */

import type { Actor, Start, Usage } from "./actor.js";
import { createCallers } from "./callers.js";
import type { ChildMessage, ChildOrder } from "./child.js";
import { driveLoad, type Load } from "./drive-load.js";

const { module, addresses } = JSON.parse(process.argv[2] ?? "") as ChildOrder;
const { start } = (await import(module)) as { readonly start: Start };

process.on("disconnect", () => process.exit());
const actor = await start(addresses);
const callers = actor.call && createCallers(actor.call);
process.on("message", (message) => void reply(message as Question));
tell({ addresses: actor.addresses ?? {} });

type Question =
  | { readonly question: "usage" }
  | { readonly question: "figures" }
  | { readonly question: "prove" }
  | { readonly question: "load"; readonly value: Load };

async function reply(question: Question): Promise<void> {
  try {
    tell({ answer: await answer(question, actor) });
  } catch (error) {
    tell({ failure: String(error) });
  }
}

async function answer(question: Question, { figures }: Actor): Promise<unknown> {
  if (question.question === "usage") return usage();
  if (question.question === "figures") return figures;
  if (callers === undefined) throw new Error(`${module} makes no calls`);
  if (question.question === "load") return driveLoad(await callers(question.value.callers), question.value.forMs);
  for (const once of await callers(1)) await once(-1);
  return true;
}

function usage(): Usage {
  const { user, system } = process.cpuUsage();
  return { cpuSeconds: (user + system) / 1e6, rssMb: process.memoryUsage.rss() / 1e6 };
}

function tell(message: ChildMessage): void {
  process.send?.(message);
}
