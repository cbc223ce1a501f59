import type { NoCallbacks, Part, Plugin } from "../plugin.js";
import { PluginError, textOf } from "../plugin-error.js";
import type { Service } from "./service.js";

type AllOf<Union> = (Union extends unknown ? (each: Union) => void : never) extends (all: infer All) => void
  ? All
  : never;

/** The members that plugins add to a service's handle. */
export type Extensions<Plugins extends readonly unknown[]> = AllOf<
  Plugins[number] extends infer Each
    ? Each extends { extend(...args: never): infer Members }
      ? Members
      : unknown
    : never
>;

/** Lets each plugin, from the top down, add its members to the handle. Throws a PluginError if a name is taken. */
export function extendHandle(handle: Service<NoCallbacks>, chain: readonly Part[]): void {
  for (const part of chain) {
    const at = { plugin: part.name, hook: "extend" };
    let members: unknown;
    try {
      members = (part as Plugin).extend?.(handle) ?? {};
    } catch (error) {
      throw new PluginError("HOOK_FAILED", at, textOf(error), error);
    }
    if (typeof members !== "object" || members === null) {
      throw new PluginError("INVALID_RETURN", at, "returned no object");
    }
    for (const name of Object.keys(members)) {
      if (name in handle) throw new PluginError("MEMBER_TAKEN", at, `the service already has a member "${name}"`);
    }
    Object.defineProperties(handle, Object.getOwnPropertyDescriptors(members));
  }
}
