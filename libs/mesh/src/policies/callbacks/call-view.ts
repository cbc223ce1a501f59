import type { Call } from "../../call.js";
import type { CallView } from "../../provided.js";
import { callArguments } from "../call-arguments.js";

/** What a callback of this process sees of a call. Throws INVALID_PAYLOAD if the arguments cannot be read. */
export function callView(call: Call): CallView {
  const { requestId, service, functionName, version, identity, deviceId, peerAddress } = call.request;
  return { requestId, service, functionName, version, identity, deviceId, peerAddress, args: callArguments(call) };
}

/** The same for a callback on a node. */
export function wireView({ requestId, service, functionName, version, identity, peerAddress, args }: CallView): object {
  const { userId, roles, tenant, deviceId } = identity;
  return {
    request_id: requestId,
    service,
    function: functionName,
    version,
    user_id: userId,
    roles,
    tenant,
    device_id: deviceId,
    peer_address: peerAddress,
    args,
  };
}
