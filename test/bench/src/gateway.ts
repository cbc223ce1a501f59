import { ExecuteRequest } from "@weft/contracts/gateway";
import type { Benchmark, Contestant, Measured } from "./benchmark.js";
import { argumentsJson, found, requestOf } from "./gateway/message.js";
import { runH2load } from "./load/h2load.js";
import { measured, measureLoad, proveAnswers } from "./load/measure-load.js";
import { addressOf, type Stage, withStages } from "./load/stages.js";

const callers = 64;

const weft = [stage("gateway", "gateway/weft-gateway"), stage("node", "gateway/weft-node")];
const naive = [stage("node", "gateway/naive-node"), stage("gateway", "gateway/naive-gateway")];
const direct = [stage("node", "gateway/direct-server")];
const client = stage("client", "gateway/client");

/** What it costs to be called through a gateway. */
export const gateway: Benchmark = {
  summary: "calls through a gateway, from grpc-js and from a client that is not Node",
  packages: ["@weft/gateway", "@grpc/grpc-js"],
  turns: { full: { warmUpMs: 6_000, measureMs: 3_000 }, quick: { warmUpMs: 2_500, measureMs: 1_200 } },
  conditions: [
    "each turn: a gateway process, a node process and a client process or h2load -c 1 -m 64; a proof and 2.5 s (--quick) or 6 s of warm-up",
    "every call: weft.v1 Execute with 100 bytes of args_json, the result as JSON; a deadline of 5 s",
    "grpc-js: retries and channelz off, one channel; h2load sends one request, again and again",
    "naive gateway: a grpc-js server whose handler makes a grpc-js call; direct grpc-js: the same answer without a hop",
    "grpc-js unary: as in calls, without a gateway and without its messages",
    "weft: defaults, log level warn",
  ],
  cases: [
    {
      name: "64 callers",
      contestants: [
        fromClient("weft gateway", [...weft, client], true),
        fromClient("weft session", [...weft, stage("client", "gateway/session-client")], true),
        fromClient("naive gateway", [...naive, client]),
        fromClient("direct grpc-js", [...direct, client]),
        fromClient("grpc-js unary", [stage("node", "calls/grpc-js-server"), stage("client", "calls/grpc-js-client")]),
      ],
    },
    {
      name: "h2load",
      contestants: [
        fromH2load("weft gateway", weft, true),
        fromH2load("naive gateway", naive),
        fromH2load("direct grpc-js", direct),
      ],
    },
  ],
  notes: {
    "naive gateway": "it knows one node, and nothing of who calls, of limits, of arguments or of failures",
    "direct grpc-js": "no gateway at all: one process less to pass",
  },
};

function stage(name: string, file: string): Stage {
  return { name, module: new URL(`./${file}.js`, import.meta.url) };
}

function fromClient(name: string, stages: readonly Stage[], isOurs = false): Contestant {
  return {
    name,
    isOurs,
    measure: (turn) =>
      withStages(stages, async (running) => {
        await proveAnswers(running);
        return measureLoad("64 callers", callers, running, turn);
      }),
  };
}

/** h2load looks at no answer, so a client proves them first, and is gone when h2load comes. */
function fromH2load(name: string, stages: readonly Stage[], isOurs = false): Contestant {
  const sent = requestOf(0);
  const load = {
    path: "/weft.v1.GatewayService/Execute",
    request: ExecuteRequest.encode(sent).finish(),
    leastAnswerBytes: found(argumentsJson(sent)).length,
    streams: callers,
  };
  return {
    name,
    isOurs,
    measure: (turn) =>
      withStages([...stages, client], async (running): Promise<ReadonlyMap<string, Measured>> => {
        await proveAnswers(running);
        await running.get("client")?.end();
        const servers = new Map([...running].filter(([each]) => each !== "client"));
        const address = addressOf(running, "public");
        return measured("h2load", servers, turn, (forMs) => runH2load({ ...load, address, forMs }));
      }),
  };
}
