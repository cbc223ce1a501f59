import { type Middleware, ServiceBroker } from "moleculer";
import { bottomAnswer, type Call, type Chain, type Work } from "./work.js";

type Handler = (call: Call) => string;

const layers: readonly ((next: Handler) => Handler)[] = [
  (next) => (call) => (call.stopAt === 8 ? call.answer : next(call)),
  (next) => (call) => (call.stopAt === 7 ? call.answer : next(call)),
  (next) => (call) => (call.stopAt === 6 ? call.answer : next(call)),
  (next) => (call) => (call.stopAt === 5 ? call.answer : next(call)),
  (next) => (call) => (call.stopAt === 4 ? call.answer : next(call)),
  (next) => (call) => (call.stopAt === 3 ? call.answer : next(call)),
  (next) => (call) => (call.stopAt === 2 ? call.answer : next(call)),
  (next) => (call) => (call.stopAt === 1 ? call.answer : next(call)),
];

/** moleculer's `wrapHandler` around a plain function. No call of moleculer gets by without the promise of its action. */
export function build(work: Work): Chain {
  const broker = new ServiceBroker({ logger: false, internalMiddlewares: false });
  for (const localAction of layers.slice(-work.steps).toReversed())
    broker.middlewares.add({ localAction } as unknown as Middleware); // as in moleculer-middleware.ts
  return broker.middlewares.wrapHandler("localAction", () => bottomAnswer, {}) as unknown as Chain;
}
