import type { Call } from "../call.js";
import type { CallFields } from "./events.js";

/** What events say of the call they are about. */
export function callFields({ request }: Call): CallFields {
  return {
    request_id: request.requestId,
    service: request.service,
    request_type: request.functionName,
    user_id: request.identity.userId,
  };
}
