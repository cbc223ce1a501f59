import { type HandlerContext, isMeshNamespace, meshRole } from "@weft/service";
import type { Raw } from "../actions/field.js";
import type { CacheNamespaces, Namespaces } from "../namespaces/namespaces.js";

/**
 * The namespaces that a call through the mesh has. Who makes it is asked for only where it names one of the mesh: the
 * identity of a call is an object that few handlers need.
 */
export function reachOf(call: Raw, context: HandlerContext, namespaces: CacheNamespaces): Namespaces {
  const isForMesh = isMeshNamespace(call.namespace) && context.identity.roles.includes(meshRole);
  return isForMesh ? namespaces.forMesh : namespaces;
}
