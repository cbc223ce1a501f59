import { randomUUID } from "node:crypto";
import { credentials, Metadata, type ServerUnaryCall, type sendUnaryData } from "@grpc/grpc-js";
import { type ExecuteRequest, type ExecuteResponse, GatewayServiceService } from "@weft/contracts/gateway";
import { ExecuteRequest as NodeRequest, NodeServiceClient } from "@weft/contracts/node";
import { limitMs } from "../calls/work.js";
import type { Start } from "../load/actor.js";
import { clientOptions, listen } from "../load/grpc-js.js";
import { argumentsJson } from "./message.js";

/** What people write first: a server whose handler makes a call. It knows one node, believes every caller and checks nothing. */
export const start: Start = async ({ node = "" }) => {
  const client = new NodeServiceClient(node, credentials.createInsecure(), clientOptions);
  const metadata = new Metadata();
  const execute = ({ request }: Call, done: sendUnaryData<ExecuteResponse>) => {
    const { service, function: name } = request;
    const requestId = randomUUID();
    const context = { requestId, timeoutMs: limitMs, attempt: 1, hop: 1 };
    const sent = NodeRequest.fromPartial({ context, service, function: name, argsJson: argumentsJson(request) });
    client.execute(sent, metadata, { deadline: Date.now() + limitMs }, (error, response) => {
      if (error !== null) done(error);
      else done(null, { requestId, async: false, hasMore: false, outcome: json(response.resultJson), node });
    });
  };
  return { addresses: { public: await listen({ execute: GatewayServiceService.execute }, { execute }) } };
};

type Call = ServerUnaryCall<ExecuteRequest, ExecuteResponse>;

function json(value: Buffer): ExecuteResponse["outcome"] {
  return { $case: "resultJson", value };
}
