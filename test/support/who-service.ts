import { defineService, fn, type ServiceDefinition } from "@weft/service";

/** A service that says who calls. */
export function whoService(): {
  readonly service: ServiceDefinition;
  /** How many calls of `am_i` have come so far. */
  handled(): number;
} {
  let handled = 0;
  const service = defineService({
    name: "who",
    version: "1.0.0",
    functions: {
      am_i: fn({
        permission: "public",
        openArguments: true, // whatever callers say of themselves
        handler(_args, { identity: { userId, roles, tenant } }) {
          handled++;
          return { userId, roles, tenant };
        },
      }),
      users: fn({ handler: (_args, { identity }) => identity.userId }),
      admins: fn({ permission: { role: ["admin"] }, handler: () => "hello admin" }),
      ticks: fn.stream({
        permission: "public",
        async *handler(_args, { signal }) {
          yield 1;
          await new Promise((resolve) => signal.addEventListener("abort", resolve));
        },
      }),
    },
  });
  return { service, handled: () => handled };
}
