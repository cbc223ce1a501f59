import type { FunctionConfig } from "@weft/contracts/function";
import type { CompiledArguments } from "../arguments/compile.js";
import type { CallShape } from "../call.js";
import type { Peer } from "../peers/peer.js";
import type { Rule } from "../policies/permission.js";
import type { Selector } from "../selection/selector.js";

/** One definition of a function, prepared once for all its calls. */
export interface FunctionVariant {
  readonly config: FunctionConfig;
  readonly shape: CallShape;
  /** The function's own limit; Infinity: none; undefined: not declared. */
  readonly timeoutMs: number | undefined;
  readonly arguments: CompiledArguments;
  readonly permits: Rule;
  readonly selector: Selector;
}

/** Where a call goes: what to run, and the ready nodes that hold it. Never changed, only replaced. */
export interface Target {
  readonly variant: FunctionVariant;
  readonly candidates: readonly Peer[];
  /** Switched off: by its author or by an operator. */
  readonly isDisabled: boolean;
}
