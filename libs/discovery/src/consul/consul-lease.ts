import { Code, WeftError } from "@weft/core";
import { parseAddress } from "../address.js";
import { answerMs, type Lease, leaseMs } from "../backend.js";
import type { Node } from "../node.js";
import { weftTag } from "./consul-answers.js";
import type { ConsulClient } from "./consul-client.js";

/** A registration with the agent. Consul never tells that it is gone, so each put registers anew: an agent's restart forgets us. */
export function consulLease(client: ConsulClient): Lease {
  let id: string | undefined;
  return {
    async put(node, signal) {
      id = node.id; // from here on there may be something to release, whatever the answer
      const service = registration(node);
      await client.ask((consul, common) => consul.agent.service.register({ ...service, ...common }), answerMs, signal);
      const check = { id: service.check.checkid };
      await client.ask((consul, common) => consul.agent.check.pass({ ...check, ...common }), answerMs, signal);
    },
    async release(signal) {
      if (id === undefined) return;
      const service = { id };
      try {
        await client.ask(
          (consul, common) => consul.agent.service.deregister({ ...service, ...common }),
          answerMs,
          signal,
        );
      } catch (error) {
        if (!(error instanceof WeftError && error.code === Code.NotFound)) throw error; // gone is gone
      }
      id = undefined;
    },
  };
}

/** The entry as the agent takes it. The package drops weights, so they travel in `meta` with the rest. */
export function registration(node: Node) {
  const at = parseAddress(node.address);
  return {
    name: node.service,
    id: node.id,
    address: at?.host,
    port: at?.port,
    tags: [weftTag],
    meta: {
      revision: node.revision,
      version: node.version,
      zone: node.zone,
      weight: String(node.weight),
      incarnation: String(node.incarnation),
      draining: String(node.draining),
      link: String(node.link),
    },
    check: {
      checkid: `weft:${node.id}`,
      name: "heartbeat",
      ttl: `${leaseMs}ms`,
      status: "passing", // else it is critical until the first heartbeat
      deregistercriticalserviceafter: "1m", // the shortest that Consul takes; only tidies up
    },
  };
}
