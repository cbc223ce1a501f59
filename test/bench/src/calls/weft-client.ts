import { credentials } from "@grpc/grpc-js";
import { ExecuteRequest, NodeServiceClient } from "@weft/contracts/node";
import { defineService, fn, type NestedCalls } from "@weft/service";
import type { CallOnce, Start } from "../load/actor.js";
import { clientOptions, promised } from "../load/grpc-js.js";
import { startNode } from "../load/weft-node.js";
import { type Answer, argumentsOf, check, limitMs } from "./work.js";

type Work = (once: CallOnce) => Promise<void>;

/** A node whose handlers call the other's function, again and again, by `ctx.call`: one handler for each caller. */
export const start: Start = async ({ registry = "" }) => {
  const waiting: Work[] = [];
  const caller = defineService({
    name: "caller",
    version: "1.0.0",
    functions: {
      run: fn({
        summary: "Calls until the work is over",
        permission: "public",
        timeoutMs: 300_000,
        handler: async (_args, ctx) => waiting.shift()?.(calling(ctx)),
      }),
    },
  });
  const { meshAddress } = await startNode(caller, `embedded:${registry}`);
  const client = new NodeServiceClient(meshAddress, credentials.createInsecure(), clientOptions);
  const context = { requestId: "run", timeoutMs: 300_000, attempt: 1, hop: 1 };
  const request = { context, service: "caller", function: "run", argsJson: Buffer.from("{}") };
  return {
    async call(work) {
      waiting.push(work);
      await promised((done) => client.execute(ExecuteRequest.fromPartial(request), done));
    },
  };
};

function calling(ctx: NestedCalls): CallOnce {
  return async (sequence) =>
    check(await ctx.call<Answer>("bench.find", argumentsOf(sequence), { timeoutMs: limitMs }), sequence);
}
