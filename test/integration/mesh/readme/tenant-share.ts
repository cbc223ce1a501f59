import { channel } from "node:diagnostics_channel";
import { Code, WeftError } from "@weft/core";
import { type Call, explainStep, type Pipeline } from "@weft/mesh";
import { cont, type Plugin } from "@weft/plugin-chain";

export interface TenantShareOptions {
  /** Calls of one tenant that may be under way at once. */
  readonly maxRunning: number;
}

const refused = channel("acme.tenant_share.refused");

/** Keeps one tenant from taking the gateway from the others. Callers without a tenant are not counted. */
export function tenantShare({ maxRunning }: TenantShareOptions): Plugin<Pipeline> {
  const running = new Map<string, number>(); // of tenants with calls under way, so there are never more than calls
  const counted = new Set<Call>();

  const countOf = (call: Call) => running.get(call.request.identity.tenant) ?? 0;

  return {
    name: "tenant-share",
    after: ["authorize"], // refused callers take nobody's place
    before: ["bulkhead"], // who is over the share does not wait in its line
    callbacks: {
      admit(call) {
        const { tenant } = call.request.identity;
        if (tenant === "") return cont;
        const count = countOf(call);
        if (count >= maxRunning) {
          if (refused.hasSubscribers) refused.publish({ tenant, running: count });
          throw overShare(maxRunning);
        }
        running.set(tenant, count + 1);
        counted.add(call);
        return cont;
      },
      settled(call) {
        if (!counted.delete(call)) return; // it never got past `admit`
        const count = countOf(call) - 1;
        if (count === 0) running.delete(call.request.identity.tenant);
        else running.set(call.request.identity.tenant, count);
      },
      explain: explainStep((call) => {
        const { tenant } = call.request.identity;
        const isOver = tenant !== "" && countOf(call) >= maxRunning;
        return {
          phase: "tenant-share",
          rule: `${maxRunning} calls at once for each tenant`,
          reason: tenant === "" ? "no tenant: not counted" : `${countOf(call)} of "${tenant}" under way`,
          ...(isOver && { refusal: overShare(maxRunning) }),
        };
      }),
    },
  };
}

function overShare(maxRunning: number): WeftError {
  return new WeftError(Code.ResourceExhausted, `your tenant has ${maxRunning} calls under way`, {
    reason: "TENANT_SHARE",
    domain: "acme",
    retryAfterMs: 1_000,
  });
}
