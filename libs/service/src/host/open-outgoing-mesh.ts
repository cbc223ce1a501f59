import { credentials } from "@grpc/grpc-js";
import type { Clock, Logger } from "@weft/core";
import type { Backend } from "@weft/discovery";
import { type CountWork, createMesh, grpcDial, type LocalNode, type Mesh } from "@weft/mesh";
import type { ServiceSettings } from "../settings.js";
import { outgoingPipeline } from "./outgoing-pipeline.js";

export interface OpenOutgoingMeshOptions {
  readonly backend: Backend;
  /** Id of this node. */
  readonly node: string;
  /** What it hosts. */
  readonly local: LocalNode;
  readonly meshToken: string | undefined;
  readonly settings: ServiceSettings;
  /** Makes a drain wait for functions that nobody waits for. */
  readonly countWork: CountWork;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** The mesh as this node's functions call it: by discovery. */
export function openOutgoingMesh(options: OpenOutgoingMeshOptions): Promise<Mesh> {
  const { backend, node, local, meshToken, settings, countWork, clock, logger } = options;
  const { maxResponseBytes, links } = settings;
  const own = { countWork, clock, logger, random: Math.random };
  return createMesh({
    backend,
    dial: grpcDial({ credentials: credentials.createInsecure(), meshToken, maxResponseBytes, links }),
    local,
    plugins: (catalogue) => outgoingPipeline({ ...settings, ...own, catalogue, node }),
    ...own,
  });
}
