import { bottomAnswer, type Call, type Chain, type Work } from "./work.js";

/** What one would write without a chain: functions of the module, each calling the next by its name. */
export function build({ steps, isAsync }: Work): Chain {
  const entry = isAsync ? asyncEntries[steps] : entries[steps];
  if (entry === undefined) throw new Error(`nothing is written for ${steps} steps`);
  return entry;
}

const entries: Readonly<Record<number, Chain>> = { 1: step1, 2: step2, 4: step4, 8: step8, 16: step16 };
const asyncEntries: Readonly<Record<number, Chain>> = { 1: async1, 2: async2, 4: async4, 8: async8, 16: async16 };

function step16(call: Call): string {
  return call.stopAt === 16 ? call.answer : step15(call);
}

function step15(call: Call): string {
  return call.stopAt === 15 ? call.answer : step14(call);
}

function step14(call: Call): string {
  return call.stopAt === 14 ? call.answer : step13(call);
}

function step13(call: Call): string {
  return call.stopAt === 13 ? call.answer : step12(call);
}

function step12(call: Call): string {
  return call.stopAt === 12 ? call.answer : step11(call);
}

function step11(call: Call): string {
  return call.stopAt === 11 ? call.answer : step10(call);
}

function step10(call: Call): string {
  return call.stopAt === 10 ? call.answer : step9(call);
}

function step9(call: Call): string {
  return call.stopAt === 9 ? call.answer : step8(call);
}

function step8(call: Call): string {
  return call.stopAt === 8 ? call.answer : step7(call);
}

function step7(call: Call): string {
  return call.stopAt === 7 ? call.answer : step6(call);
}

function step6(call: Call): string {
  return call.stopAt === 6 ? call.answer : step5(call);
}

function step5(call: Call): string {
  return call.stopAt === 5 ? call.answer : step4(call);
}

function step4(call: Call): string {
  return call.stopAt === 4 ? call.answer : step3(call);
}

function step3(call: Call): string {
  return call.stopAt === 3 ? call.answer : step2(call);
}

function step2(call: Call): string {
  return call.stopAt === 2 ? call.answer : step1(call);
}

function step1(call: Call): string {
  return call.stopAt === 1 ? call.answer : step0(call);
}

function step0(_call: Call): string {
  return bottomAnswer;
}

async function async16(call: Call): Promise<string> {
  return call.stopAt === 16 ? call.answer : await async15(call);
}

async function async15(call: Call): Promise<string> {
  return call.stopAt === 15 ? call.answer : await async14(call);
}

async function async14(call: Call): Promise<string> {
  return call.stopAt === 14 ? call.answer : await async13(call);
}

async function async13(call: Call): Promise<string> {
  return call.stopAt === 13 ? call.answer : await async12(call);
}

async function async12(call: Call): Promise<string> {
  return call.stopAt === 12 ? call.answer : await async11(call);
}

async function async11(call: Call): Promise<string> {
  return call.stopAt === 11 ? call.answer : await async10(call);
}

async function async10(call: Call): Promise<string> {
  return call.stopAt === 10 ? call.answer : await async9(call);
}

async function async9(call: Call): Promise<string> {
  return call.stopAt === 9 ? call.answer : await async8(call);
}

async function async8(call: Call): Promise<string> {
  return call.stopAt === 8 ? call.answer : await async7(call);
}

async function async7(call: Call): Promise<string> {
  return call.stopAt === 7 ? call.answer : await async6(call);
}

async function async6(call: Call): Promise<string> {
  return call.stopAt === 6 ? call.answer : await async5(call);
}

async function async5(call: Call): Promise<string> {
  return call.stopAt === 5 ? call.answer : await async4(call);
}

async function async4(call: Call): Promise<string> {
  return call.stopAt === 4 ? call.answer : await async3(call);
}

async function async3(call: Call): Promise<string> {
  return call.stopAt === 3 ? call.answer : await async2(call);
}

async function async2(call: Call): Promise<string> {
  return call.stopAt === 2 ? call.answer : await async1(call);
}

async function async1(call: Call): Promise<string> {
  return call.stopAt === 1 ? call.answer : await async0(call);
}

async function async0(_call: Call): Promise<string> {
  return bottomAnswer;
}
