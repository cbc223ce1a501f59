import type { ExecuteRequest, LeaseRequest, WatchRequest } from "@weft/contracts/cache";
import { type RpcContext, type RpcServing, streamRpc, unaryRpc } from "@weft/service";
import type { Caller } from "../actions/caller.js";
import type { Namespaces } from "../namespaces/namespaces.js";
import { cacheService } from "./cache-service.js";

/** CacheService as grpc-js serves it. */
export function cacheRpcs(namespaces: Namespaces, serving: RpcServing) {
  const service = cacheService(namespaces);
  return {
    set: unaryRpc(serving, service.set),
    get: unaryRpc(serving, service.get),
    remove: unaryRpc(serving, service.remove),
    clear: unaryRpc(serving, service.clear),
    exists: unaryRpc(serving, service.exists),
    list: unaryRpc(serving, service.list),
    cleanup: unaryRpc(serving, service.cleanup),
    stats: unaryRpc(serving, service.stats),
    getMany: unaryRpc(serving, service.getMany),
    setMany: unaryRpc(serving, service.setMany),
    removeMany: unaryRpc(serving, service.removeMany),
    increment: unaryRpc(serving, service.increment),
    getTtl: unaryRpc(serving, service.getTtl),
    updateTtl: unaryRpc(serving, service.updateTtl),
    removeMatching: unaryRpc(serving, service.removeMatching),
    lease: unaryRpc(serving, (request: LeaseRequest, rpc) => service.lease(request, new RpcCaller(rpc, serving))),
    release: unaryRpc(serving, service.release),
    watch: streamRpc(serving, async (request: WatchRequest, { abort }, send) => {
      for await (const message of service.watch(request, abort.signal)) await send(message);
    }),
    execute: unaryRpc(serving, (request: ExecuteRequest, rpc) => service.execute(request, new RpcCaller(rpc, serving))),
    describe: unaryRpc(serving, service.describe),
  };
}

/** Who sent an RPC. Its signal is made when somebody asks for it, which few do. */
class RpcCaller implements Caller {
  readonly #rpc: RpcContext;
  readonly #serving: RpcServing;

  constructor(rpc: RpcContext, serving: RpcServing) {
    this.#rpc = rpc;
    this.#serving = serving;
  }

  get signal(): AbortSignal {
    return this.#rpc.abort.signal;
  }

  timeLeftMs(): number {
    return this.#rpc.deadlineAt - this.#serving.clock.now();
  }
}
