import { functionHash, setRevision } from "@weft/contracts";
import { FunctionConfig } from "@weft/contracts/function";
import { silentLogger, systemClock } from "@weft/core";
import { createRegistry, localBackend, Node } from "@weft/discovery";
import { anonymous, type CallRequest, createMesh, type Mesh, type NodeConnection } from "@weft/mesh";
import { type PolicyName, policies } from "./policies.js";

/** What the node answers, at once: the benchmark is of what stands before it. */
export const answer = Buffer.from('{"id":"2643743","name":"London"}');

const connection: NodeConnection = {
  execute: async () => answer,
  open: () => Promise.reject(new Error("no streams here")),
  functions: async () => ({ revision: setRevision([typical]), functions: [typical] }),
  watchFunctions: () => {
    throw new Error("no watch here");
  },
  explainPlugins: async () => [],
  close() {},
};

/** A typical function: two string arguments, a time limit, everybody may call. */
const typical = withHash(
  FunctionConfig.fromPartial({
    service: "bench",
    function: "find",
    mode: "sync",
    timeoutMs: 2_000,
    permission: { rule: { $case: "public", value: true } },
    arguments: [
      { name: "id", type: "string", maxBytes: 16 },
      { name: "country", type: "string", maxBytes: 2 },
    ],
    // More in a window than any machine makes: the refusal is not what is measured.
    rateLimits: [{ key: "user_id", maxRequests: 100_000, windowMs: 1 }],
    concurrency: { maxRunning: 100, maxQueued: 0 },
    retry: { mode: "all_nodes", times: 2 },
  }),
);

function withHash(config: FunctionConfig): FunctionConfig {
  return { ...config, hash: functionHash(config) };
}

/** An engine with these policies, between a caller and three nodes that need no network. */
export async function engineWith(names: readonly PolicyName[]): Promise<Mesh> {
  const registry = createRegistry({ clock: systemClock });
  for (const id of ["n1", "n2", "n3"]) {
    const node = { id, service: "bench", address: `${id}:1`, revision: setRevision([typical]), incarnation: 1 };
    registry.put({}, Node.fromPartial(node));
  }
  const mesh = await createMesh({
    backend: localBackend(registry),
    dial: () => connection,
    plugins: (catalogue) => names.map((name) => policies[name]({ catalogue, clock: systemClock })),
    clock: systemClock,
    random: Math.random,
    logger: silentLogger,
  });
  await mesh.catalogue.whenReady("bench");
  return mesh;
}

const payload = Buffer.from('{"id":"2643743","country":"GB"}');

export function request(): CallRequest {
  return {
    requestId: "5b8f2e4c-9d1a-4f07-8f36-2c7f0a0d6c11",
    service: "bench",
    functionName: "find",
    version: "",
    shape: "unary",
    identity: { ...anonymous, userId: "user-1" },
    peerAddress: "127.0.0.1",
    deviceId: "",
    idempotencyKey: "",
    trace: { traceparent: "", tracestate: "", baggage: "" },
    payload: { $case: "argsJson", value: payload },
    deadlineAt: systemClock.now() + 5_000,
    hop: 1,
  };
}
