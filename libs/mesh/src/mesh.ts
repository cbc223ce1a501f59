import type { Clock, Logger } from "@weft/core";
import type { Backend } from "@weft/discovery";
import { compileChain, type Plugin, planChain } from "@weft/plugin-chain";
import { type Catalogue, createCatalogue } from "./catalogue/catalogue.js";
import { createEngine, type Engine } from "./engine.js";
import { createPeers } from "./peers/peers.js";
import { type Pipeline, pipeline } from "./pipeline.js";
import type { Dial } from "./transport/node-connection.js";

export interface MeshOptions {
  readonly backend: Backend;
  /** How nodes are reached. */
  readonly dial: Dial;
  /** The policies of a call, the first listed outermost. They get the catalogue that this mesh keeps. */
  readonly plugins: (catalogue: Catalogue) => readonly Plugin<Pipeline>[];
  readonly clock: Clock;
  readonly random: () => number;
  readonly logger: Logger;
}

/** The functions of all services, and the way to call them. */
export interface Mesh extends Engine {
  readonly catalogue: Catalogue;
  /** Stops following discovery and closes the connections. Calls under way should have ended. */
  close(): void;
}

export function createMesh(options: MeshOptions): Mesh {
  const { clock, logger } = options;
  const peers = createPeers(options.dial);
  const catalogue = createCatalogue({ ...options, peers });
  const chain = compileChain(
    pipeline,
    planChain<Pipeline>({ service: { name: "calls" }, plugins: options.plugins(catalogue) }),
    { onError: (error) => logger.error({ err: error }, "a plugin threw when it was told of a call") },
  );
  return {
    ...createEngine(chain, clock),
    catalogue,
    close() {
      catalogue.close();
      peers.close();
    },
  };
}
