import type { Client, ClientDuplexStream, Metadata } from "@grpc/grpc-js";
import { GatewayServiceService } from "@weft/contracts/gateway";

/** The RPC `Session`, its batches left as bytes. */
export type SessionRpc = ClientDuplexStream<Buffer, Buffer>;

/** Opens one on the channel of `client`. */
export function openSessionRpc(client: Client, metadata: Metadata): SessionRpc {
  return client.makeBidiStreamRequest(GatewayServiceService.session.path, asItIs, asItIs, metadata);
}

const asItIs = (batch: Buffer) => batch;
