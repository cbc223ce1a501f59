import compose, { type Middleware } from "koa-compose";
import { bottomAnswer, type Call, type Chain, type Work } from "./work.js";

const steps: readonly Middleware<Call, string>[] = [
  (call, next) => (call.stopAt === 16 ? call.answer : next()),
  (call, next) => (call.stopAt === 15 ? call.answer : next()),
  (call, next) => (call.stopAt === 14 ? call.answer : next()),
  (call, next) => (call.stopAt === 13 ? call.answer : next()),
  (call, next) => (call.stopAt === 12 ? call.answer : next()),
  (call, next) => (call.stopAt === 11 ? call.answer : next()),
  (call, next) => (call.stopAt === 10 ? call.answer : next()),
  (call, next) => (call.stopAt === 9 ? call.answer : next()),
  (call, next) => (call.stopAt === 8 ? call.answer : next()),
  (call, next) => (call.stopAt === 7 ? call.answer : next()),
  (call, next) => (call.stopAt === 6 ? call.answer : next()),
  (call, next) => (call.stopAt === 5 ? call.answer : next()),
  (call, next) => (call.stopAt === 4 ? call.answer : next()),
  (call, next) => (call.stopAt === 3 ? call.answer : next()),
  (call, next) => (call.stopAt === 2 ? call.answer : next()),
  (call, next) => (call.stopAt === 1 ? call.answer : next()),
];

const asyncSteps: readonly Middleware<Call, string>[] = [
  async (call, next) => (call.stopAt === 16 ? call.answer : await next()),
  async (call, next) => (call.stopAt === 15 ? call.answer : await next()),
  async (call, next) => (call.stopAt === 14 ? call.answer : await next()),
  async (call, next) => (call.stopAt === 13 ? call.answer : await next()),
  async (call, next) => (call.stopAt === 12 ? call.answer : await next()),
  async (call, next) => (call.stopAt === 11 ? call.answer : await next()),
  async (call, next) => (call.stopAt === 10 ? call.answer : await next()),
  async (call, next) => (call.stopAt === 9 ? call.answer : await next()),
  async (call, next) => (call.stopAt === 8 ? call.answer : await next()),
  async (call, next) => (call.stopAt === 7 ? call.answer : await next()),
  async (call, next) => (call.stopAt === 6 ? call.answer : await next()),
  async (call, next) => (call.stopAt === 5 ? call.answer : await next()),
  async (call, next) => (call.stopAt === 4 ? call.answer : await next()),
  async (call, next) => (call.stopAt === 3 ? call.answer : await next()),
  async (call, next) => (call.stopAt === 2 ? call.answer : await next()),
  async (call, next) => (call.stopAt === 1 ? call.answer : await next()),
];

/** `compose` of koa. It answers with a promise always, so also where no step makes one. */
export function build(work: Work): Chain {
  const composed = compose((work.isAsync ? asyncSteps : steps).slice(-work.steps));
  const bottom = () => bottomAnswer;
  return (call) => composed(call, bottom);
}
