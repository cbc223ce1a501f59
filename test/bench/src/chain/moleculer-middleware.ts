import { type Middleware, ServiceBroker } from "moleculer";
import { bottomAnswer, type Call, type Chain, type Work } from "./work.js";

type Handler = (call: Call) => string | Promise<string>;
type Layer = (next: Handler) => Handler;

const layers: readonly Layer[] = [
  (next) => (call) => (call.stopAt === 16 ? call.answer : next(call)),
  (next) => (call) => (call.stopAt === 15 ? call.answer : next(call)),
  (next) => (call) => (call.stopAt === 14 ? call.answer : next(call)),
  (next) => (call) => (call.stopAt === 13 ? call.answer : next(call)),
  (next) => (call) => (call.stopAt === 12 ? call.answer : next(call)),
  (next) => (call) => (call.stopAt === 11 ? call.answer : next(call)),
  (next) => (call) => (call.stopAt === 10 ? call.answer : next(call)),
  (next) => (call) => (call.stopAt === 9 ? call.answer : next(call)),
  (next) => (call) => (call.stopAt === 8 ? call.answer : next(call)),
  (next) => (call) => (call.stopAt === 7 ? call.answer : next(call)),
  (next) => (call) => (call.stopAt === 6 ? call.answer : next(call)),
  (next) => (call) => (call.stopAt === 5 ? call.answer : next(call)),
  (next) => (call) => (call.stopAt === 4 ? call.answer : next(call)),
  (next) => (call) => (call.stopAt === 3 ? call.answer : next(call)),
  (next) => (call) => (call.stopAt === 2 ? call.answer : next(call)),
  (next) => (call) => (call.stopAt === 1 ? call.answer : next(call)),
];

const asyncLayers: readonly Layer[] = [
  (next) => async (call) => (call.stopAt === 16 ? call.answer : await next(call)),
  (next) => async (call) => (call.stopAt === 15 ? call.answer : await next(call)),
  (next) => async (call) => (call.stopAt === 14 ? call.answer : await next(call)),
  (next) => async (call) => (call.stopAt === 13 ? call.answer : await next(call)),
  (next) => async (call) => (call.stopAt === 12 ? call.answer : await next(call)),
  (next) => async (call) => (call.stopAt === 11 ? call.answer : await next(call)),
  (next) => async (call) => (call.stopAt === 10 ? call.answer : await next(call)),
  (next) => async (call) => (call.stopAt === 9 ? call.answer : await next(call)),
  (next) => async (call) => (call.stopAt === 8 ? call.answer : await next(call)),
  (next) => async (call) => (call.stopAt === 7 ? call.answer : await next(call)),
  (next) => async (call) => (call.stopAt === 6 ? call.answer : await next(call)),
  (next) => async (call) => (call.stopAt === 5 ? call.answer : await next(call)),
  (next) => async (call) => (call.stopAt === 4 ? call.answer : await next(call)),
  (next) => async (call) => (call.stopAt === 3 ? call.answer : await next(call)),
  (next) => async (call) => (call.stopAt === 2 ? call.answer : await next(call)),
  (next) => async (call) => (call.stopAt === 1 ? call.answer : await next(call)),
];

/**
 * The handler of an action as the registry of a real broker holds it: what `localAction` middlewares wrap around it, and
 * the promise that moleculer makes of every action. Nothing else of a call: no registry, no context.
 */
export async function build(work: Work): Promise<Chain> {
  const middlewares = (work.isAsync ? asyncLayers : layers).slice(-work.steps).toReversed();
  const broker = new ServiceBroker({
    logger: false,
    internalMiddlewares: false,
    // Our call is no context of moleculer's, which its types ask for and its wrapping does not look at.
    middlewares: middlewares.map((localAction) => ({ localAction }) as unknown as Middleware),
  });
  broker.createService({ name: "bench", actions: { handle: () => bottomAnswer } });
  await broker.start();
  const endpoint = broker.findNextActionEndpoint("bench.handle");
  if (!("action" in endpoint)) throw endpoint;
  return endpoint.action.handler as unknown as Chain;
}
