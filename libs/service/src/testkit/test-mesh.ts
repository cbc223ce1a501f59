import { CallContext } from "@weft/contracts/node";
import { type Clock, type Logger, silentLogger, sleep } from "@weft/core";
import { type FakeClock, fakeClock, seededRandom } from "@weft/core/testkit";
import { createRegistry, localBackend } from "@weft/discovery";
import { anonymous, createMesh, type Dial, type Identity, type LocalNode, type Mesh, type Pipeline } from "@weft/mesh";
import type { Plugin } from "@weft/plugin-chain";
import type { NestedCallOptions } from "../define/handler-context.js";
import type { ServiceDefinition } from "../define/service.js";
import { nestedCalls } from "../host/nested-calls.js";
import { type OutgoingPipelineOptions, outgoingPipeline } from "../host/outgoing-pipeline.js";
import { serviceSettings } from "../settings.js";
import { createFaults, type Faults } from "./faults.js";
import { settle } from "./settle.js";
import { type RunningTestNode, startTestNode, type TestNode } from "./test-node.js";

export interface TestMeshOptions {
  /** One node of each at the start. */
  readonly services: readonly ServiceDefinition[];
  /** Defaults to a clock that stands still until `advance` moves it. */
  readonly clock?: Clock;
  /** Of all that is left to chance, so that a failure happens again. Defaults to 1. */
  readonly seed?: number;
  /** What happens to the test's own calls. Defaults to what happens to a function's calls of others, `outgoingPipeline`. */
  readonly policies?: (options: OutgoingPipelineOptions) => readonly Plugin<Pipeline>[];
  /** Settings of the services, such as `detailErrors`. */
  readonly settings?: object;
  readonly logger?: Logger;
}

/** How the test calls: as anybody. */
export interface TestCallOptions extends NestedCallOptions {
  /** Defaults to anonymous. */
  readonly as?: Partial<Identity>;
  readonly requestId?: string;
  readonly deviceId?: string;
}

/** Services that call each other inside one test: the real registry, catalogue, policies, plugins and handlers, and no socket. */
export interface TestMesh extends Faults {
  readonly clock: Clock;
  /** Runs a function; throws a WeftError. */
  call<Result = unknown>(name: string, args?: object, options?: TestCallOptions): Promise<Result>;
  stream<Item = unknown>(name: string, args?: object, options?: TestCallOptions): AsyncIterable<Item>;
  /** Starts one more node; it is called from then on. */
  addNode(service: ServiceDefinition): Promise<TestNode>;
  /** The nodes of a service that have not been stopped. */
  nodes(service: string): readonly TestNode[];
  /** Moves time on; what falls due happens in its order, and what follows from it too. */
  advance(ms: number): Promise<void>;
  /** Ends everything; calls under way are lost. */
  close(): Promise<void>;
}

/** Starts the services in a mesh of their own. */
export async function createTestMesh(options: TestMeshOptions): Promise<TestMesh> {
  const { services, clock = fakeClock(), seed = 1, policies = outgoingPipeline, logger = silentLogger } = options;
  const settings = serviceSettings.parse(options.settings ?? {});
  const { timeoutMs, maxTimeoutMs } = settings;
  const random = seededRandom(seed);
  const registry = createRegistry({ clock: promptClock(clock) });
  const faults = createFaults(clock);
  const nodes = new Map<string, RunningTestNode>(); // by address, the stopped ones too
  const started = new Map<string, number>();
  let requests = 0;

  function openMesh(node: string | undefined, plugins: typeof policies, local?: LocalNode): Promise<Mesh> {
    const dial: Dial = (address) => {
      const to = nodes.get(address);
      if (to === undefined) throw new Error(`no node has the address ${address}`);
      return faults.between({ from: node, to }, to.connection);
    };
    const own = { clock, random, logger, countWork: () => () => {} };
    return createMesh({
      backend: localBackend(registry),
      dial,
      ...(local !== undefined && { local }),
      plugins: (catalogue) => plugins({ ...own, catalogue, node: node ?? "test", timeoutMs, maxTimeoutMs }),
      ...own,
    });
  }

  const mesh = await openMesh(undefined, policies);

  function callsAs({ as = anonymous, requestId, deviceId = "" }: TestCallOptions) {
    const context = CallContext.fromPartial({
      requestId: requestId ?? `test-${++requests}`,
      peerAddress: "127.0.0.1",
      deviceId,
    });
    const abort = new AbortController(); // the test's calls end by their own options
    const trace = { traceparent: "", tracestate: "", baggage: "" };
    const origin = { context, identity: { ...anonymous, ...as }, trace, endsAt: Number.POSITIVE_INFINITY, abort };
    return nestedCalls(origin, { outgoing: { mesh: async () => mesh, close: async () => {} }, clock });
  }

  async function addNode(service: ServiceDefinition): Promise<TestNode> {
    const countOfService = started.get(service.name) ?? 0;
    started.set(service.name, countOfService + 1);
    const count = [...started.values()].reduce((sum, each) => sum + each) - 1;
    const node = await startTestNode({
      service,
      count,
      countOfService,
      registry,
      settings,
      openMesh: ({ id, ...local }) => openMesh(id, outgoingPipeline, local),
      clock,
      logger,
    });
    nodes.set(node.entry.address, node);
    await until(() => isKnown(mesh, node), `a mesh that knows the node ${node.id}`);
    return node;
  }

  const testMesh: TestMesh = {
    clock,
    call: (name, args, callOptions = {}) => callsAs(callOptions).call(name, args, callOptions),
    stream: (name, args, callOptions = {}) => callsAs(callOptions).stream(name, args, callOptions),
    addNode,
    nodes: (service) => [...nodes.values()].filter((node) => node.service === service && !node.isStopped),
    delay: faults.delay,
    abort: faults.abort,
    partition: faults.partition,
    heal: faults.heal,
    async advance(ms) {
      if (!isFake(clock)) return sleep(ms, { clock });
      await settle();
      for (let leftMs = ms; leftMs > 0; ) {
        const stepMs = Math.min(leftMs, clock.nextInMs);
        clock.advance(stepMs);
        leftMs -= stepMs;
        await settle();
      }
    },
    async close() {
      faults.loseAll();
      await settle();
      for (const node of nodes.values()) await node.kill();
      await mesh.close();
    },
  };
  for (const service of services) await addNode(service);
  return testMesh;
}

/** The registry tells of changes at once, whatever time the test says it is. */
function promptClock(clock: Clock): Clock {
  return {
    now: () => clock.now(),
    wallTime: () => clock.wallTime(),
    after(_waitMs, action) {
      const immediate = setImmediate(action);
      return () => clearImmediate(immediate);
    },
  };
}

function isKnown(mesh: Mesh, { id, service }: TestNode): boolean {
  const known = mesh.catalogue.services.get(service);
  return known?.isReady === true && known.peers.some((peer) => peer.id === id);
}

function isFake(clock: Clock): clock is FakeClock {
  return "nextInMs" in clock;
}

async function until(condition: () => boolean, what: string): Promise<void> {
  for (let turns = 0; !condition(); turns++) {
    if (turns > 1_000) throw new Error(`not so after ${turns} turns of the event loop: ${what}`);
    await settle();
  }
}
