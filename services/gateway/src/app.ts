import type { Clock, Logger } from "@weft/core";
import type { Pipeline } from "@weft/mesh";
import type { Plugin } from "@weft/plugin-chain";
import { defineService, type RunningService, readTokenFile, startService } from "@weft/service";
import type { GatewaySettings } from "./config.js";
import { readKeyFile } from "./identity/key-files.js";
import { openPublicPort } from "./public-port.js";

/** The gateway is a service like any other; it has no functions of its own. */
const gateway = defineService({ name: "gateway", version: "0.1.0", functions: {} });

export interface GatewayOptions {
  /** Plugins of yours for the pipeline. They stand outermost, unless they say `before` or `after` which policy. */
  readonly plugins?: readonly Plugin<Pipeline>[];
  readonly clock?: Clock;
}

/** Starts a gateway: the functions of every service that discovery knows, behind one port. */
export async function startGateway(
  settings: GatewaySettings,
  logger: Logger,
  options: GatewayOptions = {},
): Promise<RunningService> {
  const { plugins = [], clock } = options;
  const fileKeys = readKeyFile(settings);
  const { pushTokenFile } = settings;
  const pushToken = pushTokenFile === undefined ? undefined : readTokenFile(pushTokenFile, "WEFT_PUSH_TOKEN_FILE");
  const publicPort = openPublicPort({ settings, plugins, fileKeys, pushToken });
  return startService(gateway, { settings, logger, publicPort, ...(clock && { clock }) });
}
