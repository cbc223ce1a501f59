import { createHash } from "node:crypto";
import type { Call } from "../../call.js";
import { callArguments } from "../call-arguments.js";

/** Finds whose call it is, by one kind of key. */
export function valueFinder(key: string): (call: Call) => string | undefined {
  switch (key) {
    case "user_id":
      return ({ request }) => bounded(request.identity.userId);
    case "device_id":
      // Not the request's own device id, which anybody can make up.
      return ({ request }) => bounded(request.identity.deviceId);
    case "ip_address":
      return ({ request }) => bounded(request.peerAddress);
    default:
      return (call) => bounded(argument(call, key));
  }
}

// What is remembered of each value has to be small, and a caller decides how long an argument is.
const longestKept = 64;

/** The value as it is remembered: a long one by its hash. */
export function bounded(value: string): string | undefined {
  if (value === "") return undefined;
  return value.length <= longestKept ? value : createHash("sha256").update(value).digest("base64url");
}

function argument(call: Call, name: string): string {
  try {
    const value = callArguments(call)[name];
    return typeof value === "string" ? value : "";
  } catch {
    return ""; // not to be read as arguments: a call of nobody here, and `validate` says what is wrong with it
  }
}
