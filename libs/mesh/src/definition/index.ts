export type {
  CallbackReference,
  ConcurrencyDeclaration,
  Definition,
  ExampleDeclaration,
  HookReference,
  LooseDefinition,
  Mode,
  Nodes,
  Permission,
  RateLimitDeclaration,
  ResultCacheDeclaration,
  Retry,
  Select,
  StreamDeclaration,
} from "./definition.js";
export { definitionOf } from "./definition-of.js";
export {
  type ExportedCall,
  type ExportedRequest,
  type ExportOptions,
  exportRequest,
  exportRequests,
} from "./export-requests.js";
export { policiesOf } from "./policies-of.js";
export { definitionProblems } from "./rules.js";
export { toConfig } from "./to-config.js";
