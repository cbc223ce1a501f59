import { compileChain, cont, type Plugin, planChain, step } from "@weft/plugin-chain";
import { bottomAnswer, type Call, type Chain, type Work } from "./work.js";

const callbacks = { handle: step<[call: Call], string>({ default: bottomAnswer }) };
type Handle = NonNullable<NonNullable<Plugin<typeof callbacks>["callbacks"]>["handle"]>;

const steps: readonly Handle[] = [
  (call) => (call.stopAt === 16 ? call.answer : cont),
  (call) => (call.stopAt === 15 ? call.answer : cont),
  (call) => (call.stopAt === 14 ? call.answer : cont),
  (call) => (call.stopAt === 13 ? call.answer : cont),
  (call) => (call.stopAt === 12 ? call.answer : cont),
  (call) => (call.stopAt === 11 ? call.answer : cont),
  (call) => (call.stopAt === 10 ? call.answer : cont),
  (call) => (call.stopAt === 9 ? call.answer : cont),
  (call) => (call.stopAt === 8 ? call.answer : cont),
  (call) => (call.stopAt === 7 ? call.answer : cont),
  (call) => (call.stopAt === 6 ? call.answer : cont),
  (call) => (call.stopAt === 5 ? call.answer : cont),
  (call) => (call.stopAt === 4 ? call.answer : cont),
  (call) => (call.stopAt === 3 ? call.answer : cont),
  (call) => (call.stopAt === 2 ? call.answer : cont),
  (call) => (call.stopAt === 1 ? call.answer : cont),
];

const asyncSteps: readonly Handle[] = [
  async (call) => (call.stopAt === 16 ? call.answer : cont),
  async (call) => (call.stopAt === 15 ? call.answer : cont),
  async (call) => (call.stopAt === 14 ? call.answer : cont),
  async (call) => (call.stopAt === 13 ? call.answer : cont),
  async (call) => (call.stopAt === 12 ? call.answer : cont),
  async (call) => (call.stopAt === 11 ? call.answer : cont),
  async (call) => (call.stopAt === 10 ? call.answer : cont),
  async (call) => (call.stopAt === 9 ? call.answer : cont),
  async (call) => (call.stopAt === 8 ? call.answer : cont),
  async (call) => (call.stopAt === 7 ? call.answer : cont),
  async (call) => (call.stopAt === 6 ? call.answer : cont),
  async (call) => (call.stopAt === 5 ? call.answer : cont),
  async (call) => (call.stopAt === 4 ? call.answer : cont),
  async (call) => (call.stopAt === 3 ? call.answer : cont),
  async (call) => (call.stopAt === 2 ? call.answer : cont),
  async (call) => (call.stopAt === 1 ? call.answer : cont),
];

/** A service without callbacks of its own and a plugin for each step, planned and compiled as any other. */
export function build(work: Work): Chain {
  const plugins = (work.isAsync ? asyncSteps : steps)
    .slice(-work.steps)
    .map((handle, index) => ({ name: `step-${index}`, callbacks: { handle } }));
  const chain = planChain<typeof callbacks>({ service: { name: "bench" }, plugins });
  return compileChain(callbacks, chain, { onError() {} }).handle;
}
