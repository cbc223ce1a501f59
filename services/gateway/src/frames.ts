import type { ServiceDefinition } from "@grpc/grpc-js";
import { ExecuteRequestReader, FrameWriter, writeExecuteResponse } from "@weft/contracts/frames";
import type { ExecuteResponse } from "@weft/contracts/gateway";

const requests = new ExecuteRequestReader();
const writer = new FrameWriter();

function encodeResponse(response: ExecuteResponse): Buffer {
  writeExecuteResponse(writer, response);
  return writer.take();
}

const asItIs = (batch: Buffer) => batch;

/**
 * GatewayService whose hot messages are coded by hand. Batches of sessions stay bytes: they are read call by call, and a bad
 * one gets an answer that says so.
 */
export function withFrames<S extends ServiceDefinition>(service: S): S {
  const { execute, session } = service;
  const requestDeserialize = (message: Buffer) => requests.decode(message);
  return {
    ...service,
    execute: { ...execute, requestDeserialize, responseSerialize: encodeResponse },
    session: { ...session, requestDeserialize: asItIs, responseSerialize: asItIs },
  };
}
