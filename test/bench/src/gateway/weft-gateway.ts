import { createLogger } from "@weft/core/logger";
import { gatewaySettings, startGateway } from "@weft/gateway";
import type { Start } from "../load/actor.js";

/** The gateway with the settings that it has in production, but for the log, which keeps to warnings: no peer writes one. */
export const start: Start = async () => {
  const settings = gatewaySettings.parse({ listen: "127.0.0.1:0", discovery: "embedded" });
  const gateway = await startGateway(settings, createLogger({ service: "gateway", level: "warn" }));
  return { addresses: { public: gateway.publicAddress ?? "", registry: gateway.meshAddress } };
};
