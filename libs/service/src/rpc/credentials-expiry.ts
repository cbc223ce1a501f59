import type { Clock } from "@weft/core";
import { credentialsExpired } from "@weft/mesh";
import type { RpcContext } from "./rpc-context.js";

// A timer takes no longer wait, and wall time can be set: so it looks again now and then.
const longestWaitMs = 3_600_000;

const nothing = () => {};

interface ExpiringRpc extends Pick<RpcContext, "connection"> {
  readonly abort: AbortController;
}

/** Ends an RPC that outlives its caller's credentials. The answer stops watching. */
export function untilExpired({ connection: { expiresAt }, abort }: ExpiringRpc, clock: Clock): () => void {
  if (expiresAt === Number.POSITIVE_INFINITY) return nothing;
  let cancel = nothing;
  const look = () => {
    const leftMs = expiresAt - clock.wallTime();
    if (leftMs > 0) cancel = clock.after(Math.min(leftMs, longestWaitMs), look);
    else abort.abort(credentialsExpired());
  };
  look();
  return () => cancel();
}
