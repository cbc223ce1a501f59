import { credentials } from "@grpc/grpc-js";
import { GatewayServiceClient } from "@weft/contracts/gateway";
import { places } from "../calls/places.js";
import type { Start } from "../load/actor.js";
import { clientOptions, promised } from "../load/grpc-js.js";
import { startNode } from "../load/weft-node.js";
import { requestOf } from "./message.js";
import { untilCallable } from "./until-callable.js";

/** A node that is ready when it can be called through the gateway. */
export const start: Start = async ({ registry = "", public: address = "" }) => {
  const { meshAddress } = await startNode(places, `embedded:${registry}`);
  const appearedAt = performance.now(); // in discovery
  const gateway = new GatewayServiceClient(address, credentials.createInsecure(), clientOptions);
  await untilCallable(() => promised((done) => gateway.execute(requestOf(-1), done)));
  const p50 = performance.now() - appearedAt;
  gateway.close();
  return { addresses: { node: meshAddress }, figures: { p50 } };
};
