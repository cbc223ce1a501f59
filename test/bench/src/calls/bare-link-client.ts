import { credentials } from "@grpc/grpc-js";
import { CallContext, ExecuteRequest } from "@weft/contracts/node";
import { CallAbort, grpcDial } from "@weft/mesh";
import type { Start } from "../load/actor.js";
import { type Answer, argumentsOf, check, fromJson, limitMs, toJson } from "./work.js";

/** The calling side of a link: no catalogue, no policies, no selection. */
export const start: Start = async ({ server = "" }) => {
  const connection = grpcDial({ credentials: credentials.createInsecure(), maxResponseBytes: 1_000_000 })(server);
  const context = CallContext.fromPartial({ requestId: "bench", timeoutMs: limitMs, attempt: 1, hop: 1 });
  const { service, function: name, version } = ExecuteRequest.fromPartial({ service: "bench", function: "find" });
  const once = async (sequence: number) => {
    const abort = new CallAbort();
    const request = { context, service, function: name, version, argsJson: toJson(argumentsOf(sequence)) };
    const limits = { timeoutMs: limitMs, abort, signal: neverFires };
    check(fromJson<Answer>(await connection.execute(request, limits)), sequence);
  };
  return { call: (work) => untilLinked(once).then(() => work(once)) };
};

const neverFires = new AbortController().signal;

/** As long as there is no link, calls go as RPCs, which the server does not know. */
async function untilLinked(once: (sequence: number) => Promise<void>): Promise<void> {
  for (;;) {
    const error = await once(-1).then(
      () => undefined,
      () => new Promise<true>((resolve) => setTimeout(resolve, 10, true)),
    );
    if (error === undefined) return;
  }
}
