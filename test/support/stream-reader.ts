import type { ClientReadableStream, ServiceError } from "@grpc/grpc-js";
import { errorFromGrpc } from "@weft/contracts";
import { type GatewayServiceClient, StreamRequest, type StreamResponse } from "@weft/contracts/gateway";

/** A stream that is read one message at a time. */
export interface StreamReader {
  /** Reads on to the end, or throws the WeftError that the stream ended with. */
  rest(): Promise<StreamResponse[]>;
  next(): Promise<StreamResponse>;
  cancel(): void;
}

export function openStream(client: GatewayServiceClient, fields: object): StreamReader {
  const call: ClientReadableStream<StreamResponse> = client.stream(StreamRequest.fromPartial(fields));
  call.on("error", () => {}); // the iteration throws it
  call.read(0);
  const messages = call[Symbol.asyncIterator]() as AsyncIterator<StreamResponse>;
  const read = async () => {
    try {
      return await messages.next();
    } catch (error) {
      throw errorFromGrpc(error as ServiceError);
    }
  };
  return {
    async next() {
      const { value, done } = await read();
      if (done === true) throw new Error("the stream ended");
      return value;
    },
    async rest() {
      const found: StreamResponse[] = [];
      for (let next = await read(); next.done !== true; next = await read()) found.push(next.value);
      return found;
    },
    cancel: () => call.cancel(),
  };
}
