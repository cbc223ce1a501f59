import { type RpcServing, unaryRpc } from "@weft/service";
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
    lease: unaryRpc(serving, service.lease),
    release: unaryRpc(serving, service.release),
    execute: unaryRpc(serving, service.execute),
    describe: unaryRpc(serving, service.describe),
  };
}
