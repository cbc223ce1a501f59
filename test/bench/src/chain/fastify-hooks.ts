import { type Hook, preHandlerHookRunner } from "fastify/lib/hooks.js";
import { Reply } from "./fastify-reply.js";
import { bottomAnswer, type Call, type Chain, type Work } from "./work.js";

type Handler = Hook<Call, Reply>;

const hooks: readonly Handler[] = [
  (call, reply, next) => (call.stopAt === 16 ? reply.send(call.answer) : next()),
  (call, reply, next) => (call.stopAt === 15 ? reply.send(call.answer) : next()),
  (call, reply, next) => (call.stopAt === 14 ? reply.send(call.answer) : next()),
  (call, reply, next) => (call.stopAt === 13 ? reply.send(call.answer) : next()),
  (call, reply, next) => (call.stopAt === 12 ? reply.send(call.answer) : next()),
  (call, reply, next) => (call.stopAt === 11 ? reply.send(call.answer) : next()),
  (call, reply, next) => (call.stopAt === 10 ? reply.send(call.answer) : next()),
  (call, reply, next) => (call.stopAt === 9 ? reply.send(call.answer) : next()),
  (call, reply, next) => (call.stopAt === 8 ? reply.send(call.answer) : next()),
  (call, reply, next) => (call.stopAt === 7 ? reply.send(call.answer) : next()),
  (call, reply, next) => (call.stopAt === 6 ? reply.send(call.answer) : next()),
  (call, reply, next) => (call.stopAt === 5 ? reply.send(call.answer) : next()),
  (call, reply, next) => (call.stopAt === 4 ? reply.send(call.answer) : next()),
  (call, reply, next) => (call.stopAt === 3 ? reply.send(call.answer) : next()),
  (call, reply, next) => (call.stopAt === 2 ? reply.send(call.answer) : next()),
  (call, reply, next) => (call.stopAt === 1 ? reply.send(call.answer) : next()),
];

const asyncHooks: readonly Handler[] = [
  async (call, reply) => (call.stopAt === 16 ? reply.send(call.answer) : undefined),
  async (call, reply) => (call.stopAt === 15 ? reply.send(call.answer) : undefined),
  async (call, reply) => (call.stopAt === 14 ? reply.send(call.answer) : undefined),
  async (call, reply) => (call.stopAt === 13 ? reply.send(call.answer) : undefined),
  async (call, reply) => (call.stopAt === 12 ? reply.send(call.answer) : undefined),
  async (call, reply) => (call.stopAt === 11 ? reply.send(call.answer) : undefined),
  async (call, reply) => (call.stopAt === 10 ? reply.send(call.answer) : undefined),
  async (call, reply) => (call.stopAt === 9 ? reply.send(call.answer) : undefined),
  async (call, reply) => (call.stopAt === 8 ? reply.send(call.answer) : undefined),
  async (call, reply) => (call.stopAt === 7 ? reply.send(call.answer) : undefined),
  async (call, reply) => (call.stopAt === 6 ? reply.send(call.answer) : undefined),
  async (call, reply) => (call.stopAt === 5 ? reply.send(call.answer) : undefined),
  async (call, reply) => (call.stopAt === 4 ? reply.send(call.answer) : undefined),
  async (call, reply) => (call.stopAt === 3 ? reply.send(call.answer) : undefined),
  async (call, reply) => (call.stopAt === 2 ? reply.send(call.answer) : undefined),
  async (call, reply) => (call.stopAt === 1 ? reply.send(call.answer) : undefined),
];

/** The runner of fastify's `preHandler` hooks alone, without routing, request and reply. */
export function build(work: Work): Chain {
  const chosen = (work.isAsync ? asyncHooks : hooks).slice(-work.steps);
  if (work.isAsync)
    return (call) => new Promise((resolve) => preHandlerHookRunner(chosen, call, new Reply(resolve), handle));
  return (call) => {
    const reply = new Reply();
    preHandlerHookRunner(chosen, call, reply, handle);
    return reply.answer;
  };
}

function handle(error: unknown, _call: Call, reply: Reply): void {
  if (error) throw error;
  reply.send(bottomAnswer);
}
