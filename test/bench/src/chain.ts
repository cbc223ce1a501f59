import type { Benchmark, Case, Contestant } from "./benchmark.js";
import type { ChainOptions } from "./chain/prepare.js";
import type { Work } from "./chain/work.js";
import { timeInFreshProcess } from "./fresh-process.js";

const weftChain = contestant("weft chain", "weft-chain", { isOurs: true });
const weftAround = contestant("weft chain", "weft-around", { isOurs: true });
const weftClosures = contestant("weft closures", "weft-chain", {
  isOurs: true,
  nodeFlags: ["--disallow-code-generation-from-strings"],
});
const handNested = contestant("hand nested", "hand-nested");
const koaCompose = contestant("koa-compose", "koa-compose");
const moleculer = contestant("moleculer middleware", "moleculer-middleware");
const moleculerWrapping = contestant("moleculer wrapHandler", "moleculer-wrapping");
const fastifyHooks = contestant("fastify hooks", "fastify-hooks");

const all = [weftChain, handNested, koaCompose, moleculer, fastifyHooks];

/** What a call through a chain costs, by the number of steps, who answers, and when. */
export const chain: Benchmark = {
  summary: "ns for a call through a chain of plugins",
  packages: ["@weft/plugin-chain", "koa-compose", "moleculer", "fastify"],
  cases: [
    ...[1, 2, 4, 8, 16].flatMap((steps) =>
      [false, true].flatMap((isAsync) =>
        [false, true].map((firstAnswers) => {
          const name = `${steps} ${isAsync ? "async" : "sync"} ${firstAnswers ? "first" : "continue"}`;
          return chainCase(name, { steps, isAsync, firstAnswers, chains: 1 }, all);
        }),
      ),
    ),
    chainCase("8 sync around", { steps: 8, isAsync: false, firstAnswers: false, chains: 1 }, [
      weftAround,
      handNested,
      koaCompose,
      moleculer,
      moleculerWrapping,
    ]),
    // What libs/plugin-chain/src/generate.ts is for.
    chainCase("8 sync continue, 6 chains", { steps: 8, isAsync: false, firstAnswers: false, chains: 6 }, [
      weftChain,
      weftClosures,
      handNested,
      koaCompose,
      moleculer,
      fastifyHooks,
    ]),
  ],
  notes: {
    "hand nested": "the yardstick, no chain: a step returns what the next one returned, without looking at it",
    "koa-compose": "the promise of an async step goes to the caller as it is; ours may hold cont, so it is looked into",
    "moleculer middleware": "layers that wrap each other, as our around: who answers returns, and nobody looks at it",
    "moleculer wrapHandler": "the same nested closures as ours, which also count the arguments of a call",
    "fastify hooks": "hooks settle without a value, so that none is looked at, and their answer goes past the chain",
  },
};

type ForWork = (work: Work) => Contestant;

function chainCase(name: string, work: Work, contestants: readonly ForWork[]): Case {
  return { name, contestants: contestants.map((forWork) => forWork(work)) };
}

function contestant(
  name: string,
  file: string,
  { isOurs = false, nodeFlags = [] }: { readonly isOurs?: boolean; readonly nodeFlags?: readonly string[] } = {},
): ForWork {
  const prepare = new URL("./chain/prepare.js", import.meta.url);
  const module = new URL(`./chain/${file}.js`, import.meta.url).href;
  return (work) => ({
    name,
    isOurs,
    measure: (turn) =>
      timeInFreshProcess({ module: prepare, options: { ...work, module } satisfies ChainOptions, nodeFlags }, turn),
  });
}
