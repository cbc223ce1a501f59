import type { CallView } from "@weft/mesh";
import type { FunctionDefinition } from "./function.js";

/** A function that only callers' policies call, for a function of the same service that names it as `permit`, `before` or `after`. */
export interface CallbackDeclaration<Rest extends readonly unknown[]> {
  /** One line for lists. */
  readonly summary?: string;
  /**
   * Gets the call, for an after hook its result, then the values that the naming function has fixed. Its answer decides, as
   * that of a callback which a plugin of the caller provides.
   */
  readonly handler: (call: CallView, ...rest: Rest) => unknown;
}

/** The tag by which lists of functions tell callbacks from what clients call. */
export const callbackTag = "callback";

/** What a caller's policy sends. */
interface CallbackArguments {
  readonly call: WireView;
  /** For after hooks alone. */
  readonly result?: unknown;
  readonly fixed: readonly unknown[];
}

interface WireView {
  readonly request_id: string;
  readonly service: string;
  readonly function: string;
  readonly version: string;
  readonly user_id: string;
  readonly roles: readonly string[];
  readonly tenant: string;
  readonly device_id: string;
  readonly peer_address: string;
  readonly args: CallView["args"];
}

/** Declares a callback. Nobody may call it as a function. */
export function callback<Rest extends readonly unknown[]>(declaration: CallbackDeclaration<Rest>): FunctionDefinition {
  const { summary, handler } = declaration;
  return {
    ...(summary !== undefined && { summary }),
    mode: "sync",
    openArguments: true,
    permission: { role: [] },
    tags: [callbackTag],
    async handler(args: CallbackArguments) {
      const rest = "result" in args ? [args.result, ...args.fixed] : args.fixed;
      const value = await handler(callView(args.call), ...(rest as unknown as Rest));
      return value === undefined ? null : { value };
    },
  };
}

function callView(wire: WireView): CallView {
  const { request_id, function: functionName, user_id, device_id, peer_address, ...view } = wire;
  return {
    requestId: request_id,
    service: view.service,
    functionName,
    version: view.version,
    identity: { userId: user_id, roles: view.roles, tenant: view.tenant, deviceId: device_id },
    deviceId: device_id,
    peerAddress: peer_address,
    args: view.args,
  };
}
