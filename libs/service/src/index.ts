export { isMeshNamespace, meshNamespaces, meshRole, type Permission, type Select } from "@weft/mesh";
export type { CacheComputeOptions, CacheEntries, CacheOptions, CacheSetOptions } from "./define/cache-entries.js";
export { type CallbackDeclaration, callbackTag } from "./define/callback.js";
export {
  type FunctionDeclaration,
  type FunctionDefinition,
  fn,
  type RequestInfo,
  type StreamHandler,
  type UnaryHandler,
} from "./define/function.js";
export type { HandlerContext, NestedCallOptions, NestedCalls } from "./define/handler-context.js";
export { defineService, type Functions, type ServiceDefinition, type ServiceOptions } from "./define/service.js";
export { WrittenResult } from "./define/written-result.js";
export { type HandledOutcome, type Hosting, hosting, type IncomingCall } from "./host/hosting.js";
export { createLinks, type Links, withLinkFrames } from "./host/link/links.js";
export type { OpenPublicPort, PublicPort, PublicPortContext, PublicService } from "./host/public-port.js";
export { type RunningService, type StartOptions, startService } from "./host/start-service.js";
export { readTokenFile, tokenFile } from "./host/token-file.js";
export type { ReadyMessage } from "./ready-message.js";
export type { Connect } from "./rpc/connect.js";
export { type DuplexContext, duplexRpc, type ServeDuplex } from "./rpc/duplex-rpc.js";
export { hardReset } from "./rpc/hard-reset.js";
export { callerGone, type RpcContext } from "./rpc/rpc-context.js";
export { type RpcServing, type ServeStream, sized, streamRpc } from "./rpc/rpc-handler.js";
export type { Send } from "./rpc/sender.js";
export { tooLarge } from "./rpc/size-guard.js";
export { type ServeUnary, unaryRpc } from "./rpc/unary-rpc.js";
export { type ProcessOptions, runProcess, runService } from "./run-process.js";
export { publicListen, type ServiceSettings, serviceSettings } from "./settings.js";
