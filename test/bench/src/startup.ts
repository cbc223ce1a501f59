import { setTimeout as sleep } from "node:timers/promises";
import { Client, credentials, Metadata } from "@grpc/grpc-js";
import { GatewayServiceClient, ListFunctionsRequest } from "@weft/contracts/gateway";
import { ExecuteRequest, NodeServiceClient } from "@weft/contracts/node";
import type { Benchmark, Contestant } from "./benchmark.js";
import { bytesService } from "./calls/bytes-service.js";
import { argumentsOf, limitMs, toJson } from "./calls/work.js";
import type { Usage } from "./load/actor.js";
import { type Addresses, startChild } from "./load/child.js";
import { clientOptions, promised } from "./load/grpc-js.js";

// Long enough for what a start leaves to do.
const idleMs = 500;

const insecure = credentials.createInsecure();
const noMetadata = new Metadata();

/** How soon a process that is started is of use, and what it takes when nobody uses it. */
export const startup: Benchmark = {
  summary: "the start of a process until its first answer, and the memory it takes idle",
  packages: ["@weft/service", "@weft/gateway", "@grpc/grpc-js"],
  conditions: [
    "p50: from spawn to the answer of the first call, by a client that has been there before; one start each turn",
    "rss: of the process after half a second without calls",
  ],
  cases: [
    {
      name: "first call",
      contestants: [
        contestant("weft node", "calls/weft-server", callNode, true),
        contestant("weft gateway", "gateway/weft-gateway", callGateway, true),
        contestant("grpc-js server", "calls/grpc-js-server", callServer),
      ],
    },
  ],
  notes: { "grpc-js server": "one RPC, and nothing to register, to check or to read" },
};

function contestant(
  name: string,
  file: string,
  call: (addresses: Addresses, options: { readonly deadline: number }) => Promise<unknown>,
  isOurs = false,
): Contestant {
  const module = new URL(`./${file}.js`, import.meta.url);
  return {
    name,
    isOurs,
    async measure() {
      const startedAt = performance.now();
      const child = await startChild(module);
      try {
        await call(child.addresses, { deadline: Date.now() + limitMs });
        const p50 = performance.now() - startedAt;
        await sleep(idleMs);
        const { rssMb } = await child.ask<Usage>("usage", {}, 5_000);
        return { p50, rss: rssMb };
      } finally {
        await child.end();
      }
    },
  };
}

async function callNode({ registry = "" }: Addresses, options: { readonly deadline: number }): Promise<void> {
  const client = new NodeServiceClient(registry, insecure, clientOptions);
  const context = { requestId: "first", timeoutMs: limitMs, attempt: 1, hop: 1 };
  const request = { context, service: "bench", function: "find", argsJson: toJson(argumentsOf(0)) };
  await promised((done) => client.execute(ExecuteRequest.fromPartial(request), noMetadata, options, done));
  client.close();
}

async function callGateway({ public: address = "" }: Addresses, options: { readonly deadline: number }): Promise<void> {
  const client = new GatewayServiceClient(address, insecure, clientOptions);
  await promised((done) => client.listFunctions(ListFunctionsRequest.fromPartial({}), noMetadata, options, done));
  client.close();
}

async function callServer({ server = "" }: Addresses, options: { readonly deadline: number }): Promise<void> {
  const client = new Client(server, insecure, clientOptions);
  const { path, requestSerialize, responseDeserialize } = bytesService.find;
  const request = { value: toJson(argumentsOf(0)) };
  await promised((done) =>
    client.makeUnaryRequest(path, requestSerialize, responseDeserialize, request, options, done),
  );
  client.close();
}
