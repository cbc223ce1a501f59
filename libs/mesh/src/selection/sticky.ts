import type { Call, CallRequest } from "../call.js";
import { callArguments } from "../policies/call-arguments.js";
import { keyText } from "./key-text.js";
import { random } from "./random.js";
import { isFirstPick, type Selector, withFirst } from "./selector.js";
import type { StickyTable } from "./sticky-table.js";

export interface StickyOptions {
  /** Name of the argument, or of the field of the request, whose value is bound to a node. Empty: the request id. */
  readonly key: string;
  readonly random: () => number;
  readonly table: StickyTable;
}

/**
 * The node that the call's key is bound to; any node at first, and when that node is no candidate any more. A call
 * without the key goes to any node and binds nothing. Two functions of a service with the same key share its bindings.
 */
export function sticky(options: StickyOptions): Required<Selector> {
  const { key, table } = options;
  const any = random(options);
  const entry = (call: Call) => {
    const value = keyOf(call, key);
    return value === undefined ? undefined : `${call.request.service}\n${key}\n${value}`;
  };
  return {
    pick(call, candidates) {
      const name = entry(call);
      if (name === undefined) return any.pick(call, candidates);
      const bound = table.find(name, candidates);
      const picked = bound ?? any.pick(call, candidates);
      if (bound !== undefined || isFirstPick(call)) table.bind(name, picked);
      return picked;
    },
    rank(call, candidates) {
      const name = entry(call);
      const bound = name === undefined ? undefined : table.find(name, candidates);
      return bound === undefined ? any.rank(call, candidates) : withFirst(bound, candidates);
    },
  };
}

/** What the request itself says, by the names that the reference gives to its fields. */
const requestFields = new Map<string, (request: CallRequest) => string>([
  ["request_id", ({ requestId }) => requestId],
  ["user_id", ({ identity }) => identity.userId],
  ["device_id", ({ deviceId }) => deviceId],
  ["service", ({ service }) => service],
  ["request_type", ({ functionName }) => functionName],
  ["version", ({ version }) => version],
]);

/** The argument wins over the field of the request, except for the user: nobody takes over another's binding. */
function keyOf(call: Call, key: string): string | undefined {
  if (key === "") return keyText(call.request.requestId);
  const field = requestFields.get(key)?.(call.request) || undefined;
  if (key === "user_id" && field !== undefined) return keyText(field);
  return keyText(callArguments(call)[key]) ?? keyText(field);
}
