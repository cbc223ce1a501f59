import { encodeJson } from "@weft/contracts";
import { cont, type Plugin } from "@weft/plugin-chain";
import { invalidArguments } from "../arguments/violations.js";
import { type Call, targetOf } from "../call.js";
import { explainStep, refusalOf } from "../explanation.js";
import type { Pipeline } from "../pipeline.js";
import { callArguments } from "./call-arguments.js";

/** Checks the arguments against the function's schema, all of them at once, and fills in defaults. */
export function validate(): Plugin<Pipeline> {
  return {
    name: "validate",
    after: ["authorize"], // who may not call a function does not learn its schema
    callbacks: {
      admit,
      explain: explainStep(async (call) => {
        const { config } = targetOf(call).variant;
        const refusal = await refusalOf(() => admit(call));
        const declared = config.arguments.map(({ name, type }) => `${name}: ${type}`).join(", ");
        const step = { phase: "validate", rule: declared || "no arguments" };
        return refusal === undefined
          ? { ...step, reason: "the arguments fit" }
          : { ...step, reason: refusal.message, refusal };
      }),
    },
  };
}

function admit(call: Call): typeof cont {
  const { variant } = targetOf(call);
  const { payload } = call.request;
  // What no policy before has asked for is built only if a look at the bytes does not tell that it is right.
  if (call.args === undefined && payload?.$case === "argsJson" && variant.arguments.fitAsTheyAre(payload.value)) {
    call.argsJson = payload.value;
    return cont;
  }
  const { values, violations, changed } = variant.arguments.check(callArguments(call));
  if (violations.length > 0) throw invalidArguments(violations);
  const asReceived = call.argsVerbatim && !changed && payload?.$case === "argsJson";
  call.argsJson = asReceived ? payload.value : encodeJson(values);
  return cont;
}
