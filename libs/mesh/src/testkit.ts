import { functionHash, setRevision } from "@weft/contracts";
import { FunctionConfig } from "@weft/contracts/function";
import { type Clock, Code, Reason, silentLogger, WeftError } from "@weft/core";
import { createRegistry, localBackend, Node } from "@weft/discovery";
import type { Plugin } from "@weft/plugin-chain";
import { anonymous, type CallRequest } from "./call.js";
import type { Catalogue } from "./catalogue/catalogue.js";
import { createMesh, type Mesh } from "./mesh.js";
import type { LocalNode } from "./peers/peers.js";
import type { Pipeline, StreamItem } from "./pipeline.js";
import type { Dial, NodeConnection } from "./transport/node-connection.js";

/** What a fake node does with the calls it gets. */
export interface FakeNode {
  readonly name: string;
  readonly functions: readonly FunctionConfig[];
  answer?(functionName: string, args: unknown): unknown;
  items?(functionName: string): AsyncIterable<StreamItem>;
}

/** A definition with the fields that matter to a test. */
export function functionConfig(fields: Partial<FunctionConfig> & Pick<FunctionConfig, "function">): FunctionConfig {
  const config = FunctionConfig.fromPartial({
    service: "echo",
    mode: "sync",
    permission: { rule: { $case: "public", value: true } },
    ...fields,
  });
  return { ...config, hash: functionHash(config) };
}

/** A request for `echo.FUNCTION` with JSON arguments. */
export function callRequest(functionName: string, args: object = {}, fields: Partial<CallRequest> = {}): CallRequest {
  return {
    requestId: "r1",
    service: "echo",
    functionName,
    version: "",
    shape: "unary",
    identity: anonymous,
    peerAddress: "127.0.0.1",
    deviceId: "",
    idempotencyKey: "",
    trace: { traceparent: "", tracestate: "", baggage: "" },
    payload: { $case: "argsJson", value: Buffer.from(JSON.stringify(args)) },
    deadlineAt: Number.POSITIVE_INFINITY,
    hop: 1,
    ...fields,
  };
}

export interface FakeMeshOptions {
  readonly nodes: readonly FakeNode[];
  readonly plugins: (catalogue: Catalogue) => readonly Plugin<Pipeline>[];
  readonly clock: Clock;
  readonly random?: () => number;
  readonly local?: LocalNode;
}

/** A mesh over nodes that are objects of the test: the registry, the catalogue and the pipeline are the real ones. */
export interface FakeMesh extends Mesh {
  /** Adds a node to the registry; the answer takes it off. */
  join(node: FakeNode): () => void;
  /** The names of the nodes that got calls, in order. */
  readonly calls: readonly string[];
}

export async function fakeMesh(options: FakeMeshOptions): Promise<FakeMesh> {
  const { clock, random = () => 0 } = options;
  const registry = createRegistry({ clock });
  const nodes = new Map<string, FakeNode>();
  const calls: string[] = [];
  const dial: Dial = (address) =>
    fakeConnection(
      () => nodes.get(address),
      (name) => calls.push(name),
    );

  const join = (node: FakeNode) => {
    const address = `127.0.0.1:${9_000 + nodes.size}`;
    nodes.set(address, node);
    const entry = Node.fromPartial({
      id: node.name,
      service: "echo",
      address,
      revision: setRevision(node.functions),
      incarnation: nodes.size,
    });
    registry.put(node, entry);
    return () => registry.drop(node);
  };
  for (const node of options.nodes) join(node);
  const mesh = await createMesh({
    backend: localBackend(registry),
    dial,
    plugins: options.plugins,
    clock,
    random,
    logger: silentLogger,
    ...(options.local !== undefined && { local: options.local }),
  });
  await mesh.catalogue.whenReady("echo");
  return { ...mesh, join, calls };
}

function fakeConnection(find: () => FakeNode | undefined, called: (name: string) => void): NodeConnection {
  const node = () => {
    const found = find();
    if (found !== undefined) return found;
    throw new WeftError(Code.Unavailable, "connection lost", {
      reason: Reason.ConnectionLost,
      metadata: { processed: "no" },
    });
  };
  return {
    async execute(request) {
      const { name, answer } = node();
      called(name);
      const args: unknown = JSON.parse(Buffer.from(request.argsJson).toString());
      return Buffer.from(JSON.stringify((await answer?.(request.function, args)) ?? null));
    },
    async open(request) {
      const { name, items } = node();
      called(name);
      if (items === undefined) throw new Error(`fake node ${name} has no streams`);
      return items(request.function);
    },
    functions: async () => ({ revision: setRevision(node().functions), functions: node().functions }),
    explainPlugins: async () => [],
    close() {},
  };
}
