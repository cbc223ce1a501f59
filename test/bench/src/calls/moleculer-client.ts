import type { Start } from "../load/actor.js";
import { tcpBroker } from "./moleculer-broker.js";
import { type Answer, type Arguments, argumentsOf, check } from "./work.js";

export const start: Start = async ({ server = "" }) => {
  const broker = tcpBroker("client", server);
  await broker.start();
  await broker.waitForServices("bench", 10_000);
  const once = async (sequence: number) =>
    check(await broker.call<Answer, Arguments>("bench.find", argumentsOf(sequence)), sequence);
  return { call: (work) => work(once) };
};
