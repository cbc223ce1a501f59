import type { Clock, Logger } from "@weft/core";
import type { Backend } from "@weft/discovery";
import { createService, type Plugin, type Service } from "@weft/plugin-chain";
import { type Catalogue, createCatalogue } from "./catalogue/catalogue.js";
import type { PulledServiceOptions } from "./catalogue/pulled-service.js";
import type { CountWork } from "./count-work.js";
import { createEngine, type Engine } from "./engine.js";
import { type InternalCall, internalCalls } from "./internal-call.js";
import { createPeers, type LocalNode } from "./peers/peers.js";
import { type Pipeline, pipeline } from "./pipeline.js";
import type { Dial } from "./transport/node-connection.js";

export interface MeshOptions {
  readonly backend: Backend;
  /** Services outside discovery, to be asked for their functions at fixed addresses. None by default. */
  readonly pull?: readonly PulledServiceOptions[];
  /** How nodes are reached. */
  readonly dial: Dial;
  /** What this process hosts itself, for functions that run where they are called. Absent: nothing. */
  readonly local?: LocalNode;
  /** The policies of a call, the first listed outermost. They get the catalogue that this mesh keeps. */
  readonly plugins: (catalogue: Catalogue) => readonly Plugin<Pipeline>[];
  /** Where work is counted that goes on after its caller has an answer. Without it, nobody waits for such work. */
  readonly countWork?: CountWork;
  readonly clock: Clock;
  readonly random: () => number;
  readonly logger: Logger;
}

/** The functions of all services, and the way to call them. */
export interface Mesh extends Engine {
  readonly catalogue: Catalogue;
  /** Calls a function for this process itself, past everything that guards it from clients. Answers the result as data. */
  callInternally(call: InternalCall): Promise<unknown>;
  /** The policies as a service: what can be asked of them, and changed while calls run. */
  readonly policies: Service<Pipeline>;
  /** Stops the policies, stops following discovery and closes the connections. Calls under way should have ended. */
  close(): Promise<void>;
}

/** Creates a mesh and starts its policies. */
export async function createMesh(options: MeshOptions): Promise<Mesh> {
  const { clock, random, logger } = options;
  const peers = createPeers(options.dial, options);
  const catalogue = createCatalogue({ ...options, peers });
  const policies: Service<Pipeline> = createService({
    service: { name: "calls" },
    callbacks: pipeline,
    plugins: options.plugins(catalogue),
    clock,
    random,
    logger,
  });

  const ask = internalCalls(catalogue, clock);
  async function callInternally(call: InternalCall): Promise<unknown> {
    const entered = policies.enter();
    try {
      return await ask(call, entered.dispatch.execute);
    } finally {
      entered.leave();
    }
  }

  async function close(): Promise<void> {
    await policies.stop();
    catalogue.close();
    peers.close();
  }

  try {
    await policies.start();
  } catch (error) {
    await close();
    throw error;
  }
  return { ...createEngine(policies, clock, options.countWork), catalogue, callInternally, policies, close };
}
