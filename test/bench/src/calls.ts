import type { Benchmark, Contestant, Measured } from "./benchmark.js";
import { measureLoad, proveAnswers, settle } from "./load/measure-load.js";
import { withStages } from "./load/stages.js";
import { loadTurns } from "./load/turns.js";

const callers = [1, 64, 256] as const;

/** One service calls another: 100 bytes of JSON arguments there, an object back. */
export const calls: Benchmark = {
  summary: "calls between two services, by the number of callers",
  packages: ["@weft/mesh", "@grpc/grpc-js", "nice-grpc", "@connectrpc/connect-node", "moleculer"],
  turns: loadTurns,
  conditions: [
    "each turn: a server process and a client process, one connection, a proof, 3.5 s (--quick) or 6 s of 64 callers before anything counts",
    "every call: two string arguments, 100 bytes as JSON, made, parsed and checked; a deadline of 5 s; no compression",
    "grpc-js, nice-grpc: retries and channelz off; nice-grpc's deadline is an AbortSignal",
    "weft link: ctx.call between two services; bare link: the connection under it alone, without engine, host and checks",
    "moleculer: its validator, no UDP discovery; weft: defaults, validation at both ends, log level warn",
  ],
  cases: [
    {
      name: "all callers",
      contestants: [
        contestant("weft link", "weft", true),
        contestant("bare link", "bare-link", true),
        contestant("grpc-js unary", "grpc-js"),
        contestant("nice-grpc", "nice-grpc"),
        contestant("connect-node", "connect"),
        contestant("moleculer tcp", "moleculer"),
      ],
    },
  ],
  notes: {
    "moleculer tcp": "no HTTP/2, no flow control and no identity or trace beside the call",
  },
};

function contestant(name: string, file: string, isOurs = false): Contestant {
  const stages = [
    { name: "server", module: new URL(`./calls/${file}-server.js`, import.meta.url) },
    { name: "client", module: new URL(`./calls/${file}-client.js`, import.meta.url) },
  ];
  return {
    name,
    isOurs,
    measure: (turn) =>
      withStages(stages, async (running) => {
        await proveAnswers(running);
        await settle(64, running, turn);
        const cases = new Map<string, Measured>();
        for (const count of callers) {
          const figures = await measureLoad(count === 1 ? "1 caller" : `${count} callers`, count, running, turn);
          for (const [of, measured] of figures) cases.set(of, measured);
        }
        return cases;
      }),
  };
}
