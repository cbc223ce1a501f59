import { constants, type ServerHttp2Stream } from "node:http2";

interface Layer {
  readonly nextCall?: Layer;
  readonly stream?: ServerHttp2Stream;
}

/**
 * Ends an RPC whose caller does not read: a status would wait behind what he leaves unread, and nothing would ever be
 * freed. grpc-js 1.14 has no way to it but its private fields; where they have gone, the connection's own end must do.
 */
export function hardReset(call: object): void {
  let layer = (call as { readonly call?: Layer }).call;
  while (layer?.nextCall !== undefined) layer = layer.nextCall;
  layer?.stream?.close(constants.NGHTTP2_ENHANCE_YOUR_CALM);
}
