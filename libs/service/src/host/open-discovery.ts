import type { Server } from "@grpc/grpc-js";
import type { Clock } from "@weft/core";
import { type Backend, createBackend, createRegistry, localBackend, parseDiscovery, registryService } from "@weft/discovery";

/** Where this process finds others, and the registry itself if it serves that. */
export interface Discovery {
  readonly backend: Backend;
  /** How long callers take to notice that a node left. */
  readonly lameDuckMs: number;
  /** Ends the streams that others hold to the registry served here. */
  endStreams(): void;
}

export interface DiscoveryOptions {
  readonly setting: string;
  readonly clock: Clock;
  readonly meshToken: string | undefined;
  /** Serves the registry, where this process has it. */
  readonly meshServer: Server;
}

export function openDiscovery(options: DiscoveryOptions): Discovery {
  const { clock, meshToken, meshServer } = options;
  const setting = parseDiscovery(options.setting);
  if (setting.kind !== "local")
    return {
      backend: createBackend(setting, { clock, ...(meshToken !== undefined && { meshToken }) }),
      lameDuckMs: setting.kind === "embedded" ? 200 : 3_000,
      endStreams() {},
    };
  const registry = createRegistry({ clock });
  const { service, close } = registryService(registry, { clock });
  meshServer.addService(...service);
  return { backend: localBackend(registry), lameDuckMs: 200, endStreams: close };
}
