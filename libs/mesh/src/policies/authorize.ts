import { Code, Reason, WeftError } from "@weft/core";
import { cont, type Plugin } from "@weft/plugin-chain";
import { targetOf } from "../call.js";
import type { Pipeline } from "../pipeline.js";
import { callArguments } from "./call-arguments.js";

/** Lets a call pass only if the function's permission allows the caller. The answer never says which rule refused. */
export function authorize(): Plugin<Pipeline> {
  return {
    name: "authorize",
    after: ["resolve"],
    callbacks: {
      admit(call) {
        const { permits: rule } = targetOf(call).variant;
        const { identity } = call.request;
        if (rule.permits(identity, () => callArguments(call))) return cont;
        if (rule.needsUser && identity.userId === "")
          throw new WeftError(Code.Unauthenticated, "Authentication required", { reason: Reason.Unauthenticated });
        throw new WeftError(Code.PermissionDenied, "Permission denied", { reason: Reason.PermissionDenied });
      },
    },
  };
}
