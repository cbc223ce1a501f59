export { InvalidReturn, UnhandledCallback } from "./call-error.js";
export {
  type AllCallback,
  type AllImplementation,
  type AroundCallback,
  type AroundImplementation,
  all,
  around,
  type Callbacks,
  type Dispatch,
  type Implementations,
  type NotifyCallback,
  type NotifyImplementation,
  notify,
  type StepCallback,
  type StepImplementation,
  step,
} from "./callback.js";
export { ChainError, type ChainProblem } from "./chain-error.js";
export { type CompileOptions, compileChain } from "./compile.js";
export { type Cont, type Continue, cont } from "./cont.js";
export type { OnError } from "./kinds/notify.js";
export { type PlanOptions, planChain } from "./plan.js";
export { base, type NoCallbacks, type Part, type Plugin } from "./plugin.js";
