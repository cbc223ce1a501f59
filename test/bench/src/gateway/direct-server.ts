import { randomUUID } from "node:crypto";
import type { ServerUnaryCall, sendUnaryData } from "@grpc/grpc-js";
import { type ExecuteRequest, type ExecuteResponse, GatewayServiceService } from "@weft/contracts/gateway";
import type { Start } from "../load/actor.js";
import { listen } from "../load/grpc-js.js";
import { argumentsJson, found } from "./message.js";

/** No hop at all: the function answers the gateway's own request with the bytes that a gateway would answer. */
export const start: Start = async () => {
  const execute = ({ request }: Call, done: sendUnaryData<ExecuteResponse>) =>
    done(null, {
      requestId: randomUUID(),
      async: false,
      hasMore: false,
      outcome: { $case: "resultJson", value: found(argumentsJson(request)) },
      node: "bench-0123456789abcdef",
    });
  return { addresses: { public: await listen({ execute: GatewayServiceService.execute }, { execute }) } };
};

type Call = ServerUnaryCall<ExecuteRequest, ExecuteResponse>;
