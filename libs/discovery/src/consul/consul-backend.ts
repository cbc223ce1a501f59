import { systemClock } from "@weft/core";
import { answerMs, type Backend } from "../backend.js";
import { nextNames, nextNodes } from "../node-list.js";
import { followQuery } from "./blocking-query.js";
import { nodesIn, servicesIn, weftTag } from "./consul-answers.js";
import { type ConsulClientOptions, createConsulClient } from "./consul-client.js";
import { consulLease } from "./consul-lease.js";

export interface ConsulBackendOptions extends ConsulClientOptions {
  /** Longest hang without news. Defaults to 30 s: short enough to notice a dead connection, long enough to be cheap. */
  readonly waitMs?: number;
}

/** Finds nodes with Consul's blocking queries and registers them with its agent. */
export function consulBackend(options: ConsulBackendOptions): Backend {
  const { waitMs = 30_000, clock = systemClock } = options;
  const client = createConsulClient(options);

  /** The options and the time limit of one query. Consul adds up to a sixteenth to the wait. */
  function timing(index: bigint): { readonly asked: object; readonly limitMs: number } {
    return index === 0n
      ? { asked: {}, limitMs: answerMs }
      : { asked: { index: String(index), wait: `${waitMs}ms` }, limitMs: waitMs * 1.1 };
  }

  return {
    exact: false,
    watch: (service, signal) =>
      followQuery(
        {
          ask(index, signal) {
            const { asked, limitMs } = timing(index);
            const query = { service, tag: weftTag, passing: true, ...asked };
            return client.ask((consul, common) => consul.health.service({ ...query, ...common }), limitMs, signal);
          },
          itemsIn: (answer) => nodesIn(answer).filter((node) => node.service === service),
          next: nextNodes,
          clock,
        },
        signal,
      ),
    services: (signal) =>
      followQuery(
        {
          ask(index, signal) {
            const { asked, limitMs } = timing(index);
            return client.ask((consul, common) => consul.catalog.services({ ...asked, ...common }), limitMs, signal);
          },
          itemsIn: servicesIn,
          next: nextNames,
          clock,
        },
        signal,
      ),
    lease: () => consulLease(client),
    close: () => client.close(),
  };
}
