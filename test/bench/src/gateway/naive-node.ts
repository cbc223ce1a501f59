import type { ServerUnaryCall, sendUnaryData } from "@grpc/grpc-js";
import { type ExecuteRequest, type ExecuteResponse, NodeServiceService } from "@weft/contracts/node";
import type { Start } from "../load/actor.js";
import { listen } from "../load/grpc-js.js";
import { found } from "./message.js";

/** What stands behind the naive gateway: the same message as a node gets, and nothing but the function. */
export const start: Start = async () => {
  const execute = ({ request }: Call, done: sendUnaryData<ExecuteResponse>) =>
    done(null, { resultJson: found(request.argsJson) });
  return { addresses: { node: await listen({ execute: NodeServiceService.execute }, { execute }) } };
};

type Call = ServerUnaryCall<ExecuteRequest, ExecuteResponse>;
