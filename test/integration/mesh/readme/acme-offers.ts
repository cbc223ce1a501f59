import type { Peer, Pipeline } from "@weft/mesh";
import type { Plugin } from "@weft/plugin-chain";

export interface AcmeOffersOptions {
  /** Of this process. */
  readonly zone: string;
  /** Address of the node that writes, by service. */
  readonly primaries: Readonly<Record<string, string>>;
}

/** What functions of any service may name at a gateway that has this plugin. */
export function acmeOffers({ zone, primaries }: AcmeOffersOptions): Plugin<Pipeline> {
  return {
    name: "acme-offers",
    callbacks: {
      provide(offers) {
        // select: { selector: "own_zone" }
        offers.selector("own_zone", {
          pick(_call, candidates) {
            const near = candidates.filter(({ node }) => node.zone === zone);
            const from = near.length > 0 ? near : candidates;
            return from[Math.floor(Math.random() * from.length)] as Peer;
          },
        });
        // nodes: { resolver: "primary" }
        offers.resolver("primary", ({ service }) => [primaries[service] ?? "none"]);
        // permit: { callback: "tenant_is", fixed: ["acme"] }
        offers.permissionCallback("tenant_is", ({ identity }, tenant) => identity.tenant === tenant);
        // before: "own_tenant"
        offers.beforeHook("own_tenant", ({ identity, args }) => ({ args: { ...args, tenant: identity.tenant } }));
        // after: "without_email"
        offers.afterHook("without_email", (_call, result) => ({ ...(result as object), email: undefined }));
      },
    },
  };
}
