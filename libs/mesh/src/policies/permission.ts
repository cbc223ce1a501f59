import type { PlainObject } from "@weft/contracts";
import type { FunctionConfig } from "@weft/contracts/function";
import type { Identity } from "../call.js";

/** Whether a caller may run a function with these arguments. `args` is asked for only by rules that need it. */
export interface Rule {
  /** False for public functions alone. */
  readonly needsUser: boolean;
  permits(identity: Identity, args: () => PlainObject): boolean;
}

const everyone: Rule = { needsUser: false, permits: () => true };
const anyUser: Rule = { needsUser: true, permits: (identity) => identity.userId !== "" };
const nobody: Rule = { needsUser: true, permits: () => false };

/** The rule that a function declares; any authenticated user where it declares none, nobody where it is not understood. */
export function compilePermission(config: FunctionConfig): Rule {
  if (config.permissionCallback !== undefined) return nobody; // no callbacks are registered here
  const rule = config.permission?.rule;
  switch (rule?.$case) {
    case undefined:
      return config.permission === undefined ? anyUser : nobody;
    case "public":
      return rule.value ? everyone : nobody;
    case "anyAuthenticated":
      return rule.value ? anyUser : nobody;
    case "arg":
      return ownerOf(rule.value);
    case "roles":
      return anyRoleOf(rule.value.anyOf);
  }
}

/** The argument must be the caller's own user id. */
function ownerOf(argument: string): Rule {
  return {
    needsUser: true,
    permits: ({ userId }, args) => userId !== "" && findArgument(args(), argument) === userId,
  };
}

/** At the top, else in the first map that has the name, one level down; maps are visited in ascending order of their keys. */
function findArgument(args: PlainObject, name: string): unknown {
  if (Object.hasOwn(args, name)) return args[name];
  for (const key of Object.keys(args).sort()) {
    const value = args[key];
    if (typeof value === "object" && value !== null && !Array.isArray(value) && Object.hasOwn(value, name))
      return (value as PlainObject)[name];
  }
  return undefined;
}

function anyRoleOf(allowed: readonly string[]): Rule {
  const roles = new Set(allowed);
  return {
    needsUser: true,
    permits: (identity) => identity.userId !== "" && identity.roles.some((role) => roles.has(role)),
  };
}
