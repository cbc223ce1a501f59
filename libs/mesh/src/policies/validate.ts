import { encodeJson } from "@weft/contracts";
import { cont, type Plugin } from "@weft/plugin-chain";
import { invalidArguments } from "../arguments/violations.js";
import { targetOf } from "../call.js";
import type { Pipeline } from "../pipeline.js";
import { callArguments } from "./call-arguments.js";

/** Checks the arguments against the function's schema, all of them at once, and fills in defaults. */
export function validate(): Plugin<Pipeline> {
  return {
    name: "validate",
    after: ["authorize"], // who may not call a function does not learn its schema
    callbacks: {
      admit(call) {
        const { variant } = targetOf(call);
        const { values, violations, changed } = variant.arguments.check(callArguments(call));
        if (violations.length > 0) throw invalidArguments(violations);
        const { payload } = call.request;
        const asReceived = call.argsVerbatim && !changed && payload?.$case === "argsJson";
        call.argsJson = asReceived ? payload.value : encodeJson(values);
        return cont;
      },
    },
  };
}
