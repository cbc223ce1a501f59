import { ServiceBroker } from "moleculer";
import type { Subject } from "../fresh-process.js";

const answer = { id: "2643743", name: "London" };

/** A local action with the same arguments, checked by moleculer's own validator: its way from call to handler. */
export async function prepare(): Promise<Subject> {
  const broker = new ServiceBroker({ logger: false, requestTimeout: 2_000 });
  broker.createService({
    name: "bench",
    actions: {
      find: {
        params: { id: { type: "string", max: 16 }, country: { type: "string", max: 2 } },
        handler: async () => answer,
      },
    },
  });
  await broker.start();
  const call = () => broker.call<typeof answer, object>("bench.find", { id: "2643743", country: "GB" });
  return {
    async prove() {
      if ((await call()) !== answer) throw new Error("the action's answer did not come back");
    },
    async batch(times) {
      let length = 0;
      for (let left = times; left > 0; left--) length += (await call()).name.length;
      if (length !== times * answer.name.length) throw new Error("answers are missing");
    },
    end: () => broker.stop(),
  };
}
