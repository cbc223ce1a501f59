import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import type { ChannelCredentials } from "@grpc/grpc-js";
import { type Clock, ConfigError, systemClock } from "@weft/core";
import type { Backend } from "./backend.js";
import { consulBackend } from "./consul/consul-backend.js";
import { type ConsulConfig, consulConfig } from "./consul/consul-config.js";
import type { DiscoverySetting } from "./discovery-setting.js";
import { localBackend } from "./embedded/local-backend.js";
import { createRegistry } from "./embedded/registry.js";
import { type RegistryService, registryService } from "./embedded/registry-service.js";
import { remoteBackend } from "./embedded/remote-backend.js";

export interface CreateBackendOptions {
  readonly clock?: Clock;
  /** For a registry at another address. Defaults to plaintext. */
  readonly credentials?: ChannelCredentials;
  /** For a registry at another address: the token that its host asks for. */
  readonly meshToken?: string;
  /** Defaults to the defaults of `consulConfig`. */
  readonly consul?: ConsulConfig;
}

export interface OpenedDiscovery {
  readonly backend: Backend;
  /** The registry that this process itself serves: add it to the mesh server, close it before the server's shutdown. */
  readonly registry?: RegistryService;
}

/** The backend that the setting names. Connects to nothing yet; throws a ConfigError if a certificate cannot be read. */
export function createBackend(setting: DiscoverySetting, options: CreateBackendOptions = {}): OpenedDiscovery {
  const { clock = systemClock } = options;
  if (setting.kind === "consul") {
    const { consul = consulConfig.parse({}) } = options;
    const tls = consul.consulTls ? { tls: certificates(consul) } : {};
    const { host, port } = setting;
    return {
      backend: consulBackend({ host, port, clock, waitMs: consul.consulWaitMs, ...tls, ...tokenSource(consul) }),
    };
  }
  if (setting.address !== undefined) return { backend: remoteBackend(setting.address, { ...options, clock }) };
  const registry = createRegistry({ clock });
  return { backend: localBackend(registry), registry: registryService(registry, { clock }) };
}

function tokenSource({ consulToken, consulTokenFile }: ConsulConfig): { token?: () => Promise<string> } {
  if (consulTokenFile !== undefined) return { token: async () => (await readFile(consulTokenFile, "utf8")).trim() };
  return consulToken === undefined ? {} : { token: async () => consulToken };
}

function certificates({ consulCaFile, consulCertFile, consulKeyFile }: ConsulConfig) {
  return {
    ...(consulCaFile !== undefined && { ca: readSetting("CONSUL_CACERT", consulCaFile) }),
    ...(consulCertFile !== undefined && { cert: readSetting("CONSUL_CLIENT_CERT", consulCertFile) }),
    ...(consulKeyFile !== undefined && { key: readSetting("CONSUL_CLIENT_KEY", consulKeyFile) }),
  };
}

function readSetting(variable: string, path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new ConfigError([`${variable}: cannot read ${JSON.stringify(path)} (${code})`]);
  }
}
