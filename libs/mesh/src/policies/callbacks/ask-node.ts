import { decodeResult, encodeJson } from "@weft/contracts";
import { chooseNode } from "../../selection/choose-node.js";
import type { RequestLimits } from "../../transport/node-connection.js";
import { nodeContext } from "../node-context.js";
import type { CallbackOptions, Question } from "./ask-callback.js";
import { wireView } from "./call-view.js";

/**
 * Calls a callback that a node hosts as a function: `{call, result?, fixed}` goes there, `{value}` comes back, or null for
 * nothing. The node is the one that the call itself goes to afterwards.
 */
export async function askNode(question: Question, limits: RequestLimits, options: CallbackOptions): Promise<unknown> {
  const { call, view, reference, result } = question;
  const peer = chooseNode(call, options.clock.now());
  call.chosen = peer;
  const args = { call: wireView(view), result, fixed: reference.fixed };
  const answer = await peer.connection.execute(
    {
      context: nodeContext(call, limits, options.caller),
      service: view.service,
      function: reference.name,
      version: "",
      argsJson: encodeJson(args),
    },
    limits,
  );
  const value = decodeResult(answer);
  return (value as { readonly value?: unknown } | null)?.value;
}
