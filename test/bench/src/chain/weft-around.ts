import { around, compileChain, type Plugin, planChain } from "@weft/plugin-chain";
import { bottomAnswer, type Call, type Chain, type Work } from "./work.js";

const callbacks = { handle: around<[call: Call], string>({ default: () => bottomAnswer }) };
type Handle = NonNullable<NonNullable<Plugin<typeof callbacks>["callbacks"]>["handle"]>;

const layers: readonly Handle[] = [
  (next) => (call) => (call.stopAt === 8 ? call.answer : next(call)),
  (next) => (call) => (call.stopAt === 7 ? call.answer : next(call)),
  (next) => (call) => (call.stopAt === 6 ? call.answer : next(call)),
  (next) => (call) => (call.stopAt === 5 ? call.answer : next(call)),
  (next) => (call) => (call.stopAt === 4 ? call.answer : next(call)),
  (next) => (call) => (call.stopAt === 3 ? call.answer : next(call)),
  (next) => (call) => (call.stopAt === 2 ? call.answer : next(call)),
  (next) => (call) => (call.stopAt === 1 ? call.answer : next(call)),
];

/** The same as weft-chain.ts, by plugins that wrap each other. */
export function build(work: Work): Chain {
  const plugins = layers.slice(-work.steps).map((handle, index) => ({ name: `layer-${index}`, callbacks: { handle } }));
  const chain = planChain<typeof callbacks>({ service: { name: "bench" }, plugins });
  return compileChain(callbacks, chain, { onError() {} }).handle;
}
