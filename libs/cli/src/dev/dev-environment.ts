import { hasFreePort, hostOf, isAddress } from "../address.js";
import type { Terminal } from "../terminal.js";
import { UsageError } from "../usage-error.js";
import type { Addresses } from "./service-process.js";

type Environment = Terminal["env"];

export interface DevOptions {
  /** Where clients reach the gateway. */
  readonly listen?: string;
  /** Where the other services reach it. */
  readonly meshListen?: string;
  /** The Consul agent to use, instead of the registry that the gateway serves. */
  readonly consul?: string;
}

/** The environment of each process of the mesh: ours, but for what decides where it listens and whom it finds. */
export interface DevEnvironment {
  gateway(had: Addresses | undefined): Environment;
  /** `index` counts the processes of one service: only the first may have the service's own public port. */
  service(index: number, registry: string, had: Addresses | undefined): Environment;
}

export function devEnvironment(env: Environment, options: DevOptions): DevEnvironment {
  const listen = options.listen ?? (env.WEFT_LISTEN || "127.0.0.1:7400");
  const freePorts = hasFreePort(listen);
  const meshListen = options.meshListen ?? (env.WEFT_MESH_LISTEN || (freePorts ? "127.0.0.1:0" : "127.0.0.1:7401"));
  const { consul } = options;
  refuseNonAddresses({ "--listen": listen, "--mesh-listen": meshListen, ...(consul && { "--consul": consul }) });

  // How many processes a service has is the project's word, and each is watched and replaced by itself.
  const { WEFT_LISTEN, WEFT_MESH_LISTEN, WEFT_ADVERTISE, WEFT_DISCOVERY, WEFT_WORKERS, ...inherited } = env;
  const free = `${hostOf(listen)}:0`;
  return {
    gateway: (had) => ({
      ...inherited,
      WEFT_LISTEN: had?.publicAddress ?? listen,
      WEFT_MESH_LISTEN: had?.meshAddress ?? meshListen,
      WEFT_DISCOVERY: consul === undefined ? "embedded" : `consul:${consul}`,
      WEFT_ADMIN_ACTIONS: inherited.WEFT_ADMIN_ACTIONS || "*",
    }),
    service: (index, registry, had) => ({
      ...inherited,
      WEFT_LISTEN: had?.publicAddress ?? (freePorts || index > 0 ? free : ""),
      WEFT_MESH_LISTEN: had?.meshAddress ?? "",
      WEFT_DISCOVERY: consul === undefined ? `embedded:${registry}` : `consul:${consul}`,
    }),
  };
}

function refuseNonAddresses(addresses: Readonly<Record<string, string>>): void {
  const problems = Object.entries(addresses)
    .filter(([, address]) => !isAddress(address))
    .map(([option, address]) => `${option} must be HOST:PORT, got "${address}"`);
  if (problems.length > 0) throw new UsageError(problems);
}
