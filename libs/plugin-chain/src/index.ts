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
export type { Config, Schema, SchemaIssue, Settings } from "./config/config.js";
export { type Cont, type Continue, cont } from "./cont.js";
export type { Child, Children, HookContext, HookName, Hooks } from "./hooks.js";
export type { OnError } from "./kinds/notify.js";
export {
  type AdminStatus,
  type LifeCycleCallbacks,
  lifeCycleCallbacks,
  type Status,
  type StatusChange,
} from "./life-cycle-callbacks.js";
export { ManagementError } from "./management-error.js";
export { type PlanOptions, planChain } from "./plan.js";
export { base, type NoCallbacks, type Part, type Plugin } from "./plugin.js";
export { PluginError } from "./plugin-error.js";
export type { EnteredCall } from "./service/calls.js";
export type { ChangeReport, PluginOutcome } from "./service/change.js";
export { createService, type ServiceOptions } from "./service/create-service.js";
export type { DrainOptions } from "./service/drain.js";
export type { Extensions } from "./service/extend.js";
export type { Service, ServiceInfo, StartOptions } from "./service/service.js";
export type { Update } from "./service/update.js";
export { UnhandledCallback } from "./unhandled-callback.js";
