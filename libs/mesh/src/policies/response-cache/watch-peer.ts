import { randomUUID } from "node:crypto";
import { decodeResult, encodeJson } from "@weft/contracts";
import { CallContext } from "@weft/contracts/node";
import type { OpenWatch, WatchMessage } from "@weft/near-cache";
import { meshIdentity } from "../../call.js";
import type { Target } from "../../catalogue/target.js";
import { meshNamespaces } from "../../mesh-namespaces.js";
import type { Peer } from "../../peers/peer.js";

export interface WatchedPeer {
  readonly peer: Peer;
  /** The function cache.watch. */
  readonly target: Target;
  readonly prefixes: readonly string[];
  /** Id of this process, for the node's log. */
  readonly caller: string;
}

const { userId } = meshIdentity;
const roles = [...meshIdentity.roles];

/** A message as the function gives it. */
interface ToldForm {
  readonly position: WatchMessage["position"];
  readonly gap: boolean;
  readonly changes: readonly { readonly kind: string; readonly key: string }[];
}

/** What one node of the cache tells of the namespace of the mesh: a stream that is nobody's call, past what counts and limits those. */
export function watchPeer({ peer, target, prefixes, caller }: WatchedPeer): OpenWatch {
  const { service, function: functionName, version = "" } = target.variant.config;
  return async function* watch(resumeAfter, signal) {
    const context = CallContext.fromPartial({ requestId: randomUUID(), userId, roles, attempt: 1, hop: 1, caller });
    const argsJson = encodeJson({
      namespace: meshNamespaces.results,
      prefixes,
      ...(resumeAfter && { resume_after: resumeAfter }),
    });
    const request = { context, service, function: functionName, version, argsJson, resumeAfter: 0 };
    const items = await peer.connection.open(request, { timeoutMs: Number.POSITIVE_INFINITY, signal });
    for await (const { json } of items) yield messageOf(decodeResult(json) as ToldForm);
  };
}

function messageOf({ position, gap, changes }: ToldForm): WatchMessage {
  return { position, gap, changes: changes.map(({ kind, key }) => ({ key: kind === "clear" ? undefined : key })) };
}
