export type { CompiledArguments } from "./arguments/compile.js";
export { argumentsSchema } from "./arguments/json-schema.js";
export {
  type ArgumentSpec,
  type ArgumentSpecs,
  type ArgumentsOf,
  type KnownOptions,
  toArgument,
} from "./arguments/spec.js";
export { invalidArguments } from "./arguments/violations.js";
export {
  type ArgumentPayload,
  type Attempt,
  anonymous,
  type Call,
  type CallRequest,
  type CallShape,
  type Identity,
  meshIdentity,
  meshRole,
  type Trace,
  targetOf,
} from "./call.js";
export { CallAbort, isAborted, onAbort } from "./call-abort.js";
export type { Catalogue } from "./catalogue/catalogue.js";
export type { PushRequest } from "./catalogue/check-push.js";
export { compileVariant, type Rejected } from "./catalogue/compile-variant.js";
export type { PulledServiceOptions } from "./catalogue/pulled-service.js";
export type { PushOutcome } from "./catalogue/pushes.js";
export type { RejectedEntry, RejectedFilter, RejectedList } from "./catalogue/rejected-list.js";
export type { PullOutcome, ServiceCatalogue } from "./catalogue/service-catalogue.js";
export type { SwitchedFunction } from "./catalogue/set-enabled.js";
export { isNodeAddress } from "./catalogue/static-nodes.js";
export type { FunctionVariant, Target } from "./catalogue/target.js";
export { compareVersions, isLatest } from "./catalogue/version.js";
export { type Connection, createConnection, credentialsExpired } from "./connection.js";
export type { CountWork } from "./count-work.js";
export {
  type Definition,
  definitionProblems,
  type Mode,
  type Permission,
  type Select,
  type StreamDeclaration,
  toConfig,
} from "./definition/index.js";
export type { Engine, StreamSink } from "./engine.js";
export type { WeftEvent } from "./events/event.js";
export {
  type CallFields,
  configEvents,
  executorEvents,
  hookEvents,
  rateLimiterEvents,
  workerPoolEvents,
} from "./events/events.js";
export { type ExplainedNode, type ExplainedStep, type Explanation, explainStep } from "./explanation.js";
export type { InternalCall } from "./internal-call.js";
export { createMesh, type Mesh, type MeshOptions } from "./mesh.js";
export { isMeshNamespace, meshNamespaces } from "./mesh-namespaces.js";
export { ownerOf } from "./owner.js";
export { isCoolingDown } from "./peers/outage.js";
export type { Peer } from "./peers/peer.js";
export type { LocalNode } from "./peers/peers.js";
export {
  type AcceptedStream,
  type CallResult,
  type Outcome,
  type Pipeline,
  pipeline,
  type StreamItem,
} from "./pipeline.js";
export { place } from "./placement/place.js";
export {
  type AsyncResults,
  type AsyncResultsOptions,
  createAsyncResults,
} from "./policies/async-results/async-results.js";
export { createOutcomeStore, type OutcomeStore } from "./policies/async-results/outcome-store.js";
export type { AsyncOutcome, AsyncResult } from "./policies/async-results/pending-outcome.js";
export { type AuthenticateOptions, authenticate } from "./policies/authenticate/authenticate.js";
export { type ClaimNames, cleanRoles, isReservedRole } from "./policies/authenticate/claims.js";
export { type JwtOptions, jwt } from "./policies/authenticate/jwt.js";
export { type RemoteKeysOptions, remoteKeys } from "./policies/authenticate/remote-keys.js";
export { keySet, oneKey, type TokenKeys } from "./policies/authenticate/token-keys.js";
export { parseNetwork, type TrustedProxies, trustedProxies } from "./policies/authenticate/trusted-proxies.js";
export { forwardedAddress, trustedProxy } from "./policies/authenticate/trusted-proxy.js";
export { type Authenticated, badCredentials, type Way } from "./policies/authenticate/way.js";
export { authorize } from "./policies/authorize.js";
export type { OpenBreaker } from "./policies/breaker/breakers.js";
export { type Bulkhead, type BulkheadOptions, createBulkhead } from "./policies/bulkhead/bulkhead.js";
export { callArguments } from "./policies/call-arguments.js";
export type { CallbackOptions } from "./policies/callbacks/ask-callback.js";
export { dispatch } from "./policies/dispatch.js";
export { type FailoverOptions, failover } from "./policies/failover.js";
export { afterHook } from "./policies/hooks/after-hook.js";
export { beforeHook } from "./policies/hooks/before-hook.js";
export { type IdempotencyOptions, idempotency } from "./policies/idempotency/idempotency.js";
export { logCalls } from "./policies/log-calls.js";
export { publishEvents } from "./policies/publish-events.js";
export {
  globalScope,
  isScope,
  limitProblems,
  maxLimitsPerScope,
} from "./policies/rate-limit/limit.js";
export type { OperatorLimits } from "./policies/rate-limit/limit-table.js";
export { createRateLimits, type RateLimits } from "./policies/rate-limit/rate-limits.js";
export { cacheCounters } from "./policies/rate-limit/shared/counters.js";
export { sharedRateLimiter } from "./policies/rate-limit/shared/shared-rate-limiter.js";
export { createRecentCalls, type RecentCall, type RecentCalls } from "./policies/recent-calls.js";
export { resolve } from "./policies/resolve.js";
export { invalidateResults, type Results } from "./policies/response-cache/invalidate-results.js";
export { createNearResults, type NearResults } from "./policies/response-cache/near-results.js";
export { type ResponseCacheOptions, responseCache } from "./policies/response-cache/response-cache.js";
export { createResultStore, type ResultStore } from "./policies/response-cache/result-store.js";
export { type RetryOptions, retry } from "./policies/retry/retry.js";
export { createRetryBudgets, type RetryBudgets } from "./policies/retry/retry-budget.js";
export { streamClocks } from "./policies/stream-clocks.js";
export { type TimeLimitOptions, timeLimit } from "./policies/time-limit.js";
export { validate } from "./policies/validate.js";
export type {
  AfterHook,
  BeforeHook,
  CallView,
  NodeResolver,
  Offers,
  PermissionCallback,
  Provided,
} from "./provided.js";
export { requestIdInUse } from "./request-id-in-use.js";
export { homesOf } from "./selection/homes-of.js";
export type { Selector } from "./selection/selector.js";
export { type GrpcConnectionOptions, grpcDial, linksPerNode } from "./transport/grpc-connection.js";
export { FrameQueue, type FrameQueueOptions, largestFrameBytes } from "./transport/link/frame-queue.js";
export type { Dial, FunctionSet, NodeConnection, RequestLimits } from "./transport/node-connection.js";
