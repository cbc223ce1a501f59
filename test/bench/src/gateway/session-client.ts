import { createClient } from "@weft/client";
import { type Answer, argumentsOf, check, limitMs } from "../calls/work.js";
import type { Start } from "../load/actor.js";

/** Our own client, which sends its calls over one Session. */
export const start: Start = ({ public: address = "" }) => {
  const client = createClient(address);
  const once = async (sequence: number) =>
    check((await client.call("bench.find", { ...argumentsOf(sequence) }, { timeoutMs: limitMs })) as Answer, sequence);
  return { call: (work) => work(once) };
};
