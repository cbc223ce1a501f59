export {
  type ArgumentsConfig,
  type CheckedArguments,
  type CompiledArguments,
  compileArguments,
} from "./compile.js";
export { argumentsSchema, type JsonSchema } from "./json-schema.js";
export { type ArgumentType, argumentTypes } from "./kinds.js";
export { argumentProblems } from "./problems.js";
export { type ArgumentSpec, type ArgumentSpecs, type ArgumentsOf, type KnownOptions, toArgument } from "./spec.js";
export { invalidArguments } from "./violations.js";
