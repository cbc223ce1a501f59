import { Code, Reason, WeftError } from "@weft/core";

/** What services are called, here and in every discovery backend. */
export const serviceName = /^[a-z][a-z0-9_-]{0,62}$/;

/** What functions are called within their service. */
export const functionName = /^[A-Za-z][A-Za-z0-9_.-]{0,127}$/;

export interface FunctionName {
  readonly service: string;
  readonly function: string;
}

/** Takes `service.function` apart at the first dot: a function's own name may have more. Throws INVALID_ARGUMENT. */
export function parseFunctionName(name: string): FunctionName {
  const dot = name.indexOf(".");
  if (dot > 0 && dot < name.length - 1) return { service: name.slice(0, dot), function: name.slice(dot + 1) };
  throw new WeftError(Code.InvalidArgument, `not a function name: "${name}" (expected service.function)`, {
    reason: Reason.InvalidArgument,
  });
}
