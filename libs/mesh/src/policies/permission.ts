import type { PlainObject } from "@weft/contracts";
import { ArgumentOrder, type FunctionConfig } from "@weft/contracts/function";
import type { Identity } from "../call.js";
import { type CallbackReference, callbackReference } from "./callbacks/reference.js";

/** Whether a caller may run a function with these arguments. `args` is asked for only by rules that need it. */
export interface Rule {
  /** In words, for those who may know it. */
  readonly text: string;
  /** True where a caller without a user id is asked to say who it is. */
  readonly needsUser: boolean;
  /** Decides instead. */
  readonly callback: CallbackReference | undefined;
  permits(identity: Identity, args: () => PlainObject): boolean;
}

const everyone = rule("everybody", { needsUser: false, permits: () => true });
const anyUser = rule("every user", { permits: (identity) => identity.userId !== "" });
const nobody = rule("nobody", { permits: () => false });

/** The rule that a function declares; any authenticated user where it declares none, nobody where it is not understood. */
export function compilePermission(config: FunctionConfig): Rule {
  if (config.permissionCallback !== undefined) return decidedBy(config.permissionCallback, config);
  const declared = config.permission?.rule;
  switch (declared?.$case) {
    case undefined:
      return config.permission === undefined ? anyUser : nobody;
    case "public":
      return declared.value ? everyone : nobody;
    case "anyAuthenticated":
      return declared.value ? anyUser : nobody;
    case "arg":
      return ownerOf(declared.value, config.argumentOrder);
    case "roles":
      return anyRoleOf(declared.value.anyOf);
  }
}

function rule(text: string, fields: Partial<Rule> & Pick<Rule, "permits">): Rule {
  return { text, needsUser: true, callback: undefined, ...fields };
}

function decidedBy(name: string, config: FunctionConfig): Rule {
  try {
    const callback = callbackReference(name, config.permissionCallbackArguments);
    return rule(`whom the callback "${name}" allows`, { needsUser: false, callback, permits: () => false });
  } catch {
    return nobody; // fixed arguments that cannot be read: a definition that registration has let pass all the same
  }
}

/** The argument must be the caller's own user id. */
function ownerOf(argument: string, order: ArgumentOrder): Rule {
  const find = order === ArgumentOrder.ARGUMENT_ORDER_LIST ? ownArgument : findArgument;
  return rule(`the user whose id is in the argument "${argument}"`, {
    permits: ({ userId }, args) => userId !== "" && find(args(), argument) === userId,
  });
}

function ownArgument(args: PlainObject, name: string): unknown {
  return Object.hasOwn(args, name) ? args[name] : undefined;
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
  return rule(`users with one of the roles [${allowed.join(", ")}]`, {
    permits: (identity) => identity.userId !== "" && identity.roles.some((role) => roles.has(role)),
  });
}
