import type { Start } from "../load/actor.js";
import { tcpBroker } from "./moleculer-broker.js";
import { type Arguments, find } from "./work.js";

export const start: Start = async () => {
  const broker = tcpBroker("server");
  broker.createService({
    name: "bench",
    actions: {
      find: {
        params: { id: { type: "string", max: 16 }, note: { type: "string", max: 100 } },
        handler: async ({ params }: { readonly params: Arguments }) => find(params),
      },
    },
  });
  await broker.start();
  const { port } = broker.registry.nodes.localNode as { readonly port: number };
  return { addresses: { server: `tcp://127.0.0.1:${port}/server` } };
};
