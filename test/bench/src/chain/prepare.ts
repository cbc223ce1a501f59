import type { Subject } from "../fresh-process.js";
import { type Build, bottomAnswer, type Call, type Chain, type Work } from "./work.js";

export interface ChainOptions extends Work {
  /** The contestant's module. */
  readonly module: string;
}

interface Turn<Answer> {
  readonly chain: (call: Call) => Answer;
  readonly call: Call;
}

const answer = "the first step answered";

/** Builds a contestant's chains, and the loop that calls them. */
export async function prepare({ module, ...work }: ChainOptions): Promise<Subject> {
  const chains = await Promise.all(
    // With a query of its own a module is loaded anew: functions of other sources, as in other plugins.
    Array.from({ length: work.chains }, async (_, copy) => {
      const { build } = (await import(`${module}?copy=${copy}`)) as { readonly build: Build };
      return build(work);
    }),
  );
  const callFor = (stopAt: number): Call => ({ stopAt, answer });
  const stopAt = work.firstAnswers ? work.steps : 0;
  // Several calls, so that none of their fields is a constant to the compiler.
  const turns = Array.from({ length: 8 }, () => chains.map((chain) => ({ chain, call: callFor(stopAt) }))).flat();
  const expected = work.firstAnswers ? answer : bottomAnswer;
  // koa answers late also where its steps do not.
  const isLate = turns.some(({ chain, call }) => typeof chain(call) !== "string");

  return {
    async prove() {
      for (const chain of chains) await proveSteps(chain, work.steps, callFor);
    },
    batch(times) {
      if (!isLate) return checkLength(callAtOnce(turns as Turn<string>[], times), expected, times);
      return callLate(turns, times).then((length) => checkLength(length, expected, times));
    },
  };
}

/** Each step answers when asked to, and the bottom if none is. */
async function proveSteps(chain: Chain, steps: number, callFor: (stopAt: number) => Call): Promise<void> {
  for (let stopAt = 0; stopAt <= steps; stopAt++) {
    const wanted = stopAt === 0 ? bottomAnswer : answer;
    const got = await chain(callFor(stopAt));
    if (got !== wanted) throw new Error(`step ${stopAt}: "${got}" instead of "${wanted}"`);
  }
}

// The answers' lengths are added up, so that no call can be left out as useless.
function callAtOnce(turns: readonly Turn<string>[], times: number): number {
  let length = 0;
  for (let left = times, at = 0; left > 0; left--) {
    const { chain, call } = turns[at] as Turn<string>;
    length += chain(call).length;
    at = at + 1 === turns.length ? 0 : at + 1;
  }
  return length;
}

async function callLate(turns: readonly Turn<string | Promise<string>>[], times: number): Promise<number> {
  let length = 0;
  for (let left = times, at = 0; left > 0; left--) {
    const { chain, call } = turns[at] as Turn<Promise<string>>;
    length += (await chain(call)).length;
    at = at + 1 === turns.length ? 0 : at + 1;
  }
  return length;
}

function checkLength(length: number, { length: each }: string, times: number): void {
  if (length !== times * each) throw new Error(`${times} answers of ${each} characters have ${length} together`);
}
