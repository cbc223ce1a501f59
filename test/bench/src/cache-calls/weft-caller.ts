import { credentials } from "@grpc/grpc-js";
import { ExecuteRequest, NodeServiceClient } from "@weft/contracts/node";
import { defineService, fn, type HandlerContext } from "@weft/service";
import type { Actor, CallOnce } from "../load/actor.js";
import { clientOptions, promised } from "../load/grpc-js.js";
import { startNode } from "../load/weft-node.js";
import { keys, valueUnder } from "./work.js";

type Work = (once: CallOnce) => Promise<void>;

const runMs = 300_000;

/** A node whose handlers ask the cache again and again, one handler for each caller. It fills the cache first. */
export async function startCaller(registry: string, calling: (ctx: HandlerContext) => CallOnce): Promise<Actor> {
  const waiting: Work[] = [];
  const caller = defineService({
    name: "caller",
    version: "1.0.0",
    functions: {
      fill: fn({
        summary: "Stores what the callers will read",
        permission: "public",
        timeoutMs: runMs,
        async handler(_args, ctx) {
          const entries = keys.map((key) => ({ key, value: valueUnder(key) }));
          await ctx.call("cache.set_many", { entries }, { timeoutMs: runMs });
        },
      }),
      run: fn({
        summary: "Calls until the work is over",
        permission: "public",
        timeoutMs: runMs,
        handler: async (_args, ctx) => waiting.shift()?.(calling(ctx)),
      }),
    },
  });
  const { meshAddress } = await startNode(caller, `embedded:${registry}`);
  const client = new NodeServiceClient(meshAddress, credentials.createInsecure(), clientOptions);
  const context = { requestId: "run", timeoutMs: runMs, attempt: 1, hop: 1 };
  const execute = (name: string) => {
    const request = { context, service: "caller", function: name, argsJson: Buffer.from("{}") };
    return promised((done) => client.execute(ExecuteRequest.fromPartial(request), done));
  };
  await execute("fill");
  return {
    async call(work) {
      waiting.push(work);
      await execute("run");
    },
  };
}
