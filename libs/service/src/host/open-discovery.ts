import type { Server } from "@grpc/grpc-js";
import type { Clock } from "@weft/core";
import { type Backend, createBackend, parseDiscovery } from "@weft/discovery";
import type { ServiceSettings } from "../settings.js";

/** Where this process finds others, and the registry itself if it serves that. */
export interface Discovery {
  readonly backend: Backend;
  /** How long callers take to notice that a node left. */
  readonly lameDuckMs: number;
  /** Ends the streams that others hold to the registry served here. */
  endStreams(): void;
}

export interface OpenDiscoveryOptions {
  readonly settings: ServiceSettings;
  readonly clock: Clock;
  readonly meshToken: string | undefined;
  /** Serves the registry, where this process has it. */
  readonly meshServer: Server;
}

export function openDiscovery(options: OpenDiscoveryOptions): Discovery {
  const { settings, clock, meshToken, meshServer } = options;
  const setting = parseDiscovery(settings.discovery);
  const { backend, registry } = createBackend(setting, {
    clock,
    consul: settings,
    ...(meshToken !== undefined && { meshToken }),
  });
  if (registry !== undefined) meshServer.addService(...registry.service);
  return {
    backend,
    lameDuckMs: setting.kind === "embedded" ? 200 : 3_000,
    endStreams: () => registry?.close(),
  };
}
