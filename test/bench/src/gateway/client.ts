import { credentials, Metadata } from "@grpc/grpc-js";
import { type ExecuteResponse, GatewayServiceClient } from "@weft/contracts/gateway";
import { limitMs } from "../calls/work.js";
import type { Start } from "../load/actor.js";
import { clientOptions, promised } from "../load/grpc-js.js";
import { checkOutcome, requestOf } from "./message.js";

/** A client in any language, as far as the gateway can tell: Execute, a call each. */
export const start: Start = ({ public: address = "" }) => {
  const client = new GatewayServiceClient(address, credentials.createInsecure(), clientOptions);
  const metadata = new Metadata();
  const once = async (sequence: number) => {
    const { outcome } = await promised<ExecuteResponse>((done) =>
      client.execute(requestOf(sequence), metadata, { deadline: Date.now() + limitMs }, done),
    );
    checkOutcome(outcome, sequence);
  };
  return { call: (work) => work(once) };
};
