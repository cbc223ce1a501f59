import { serviceName } from "@weft/contracts";
import { ConfigError } from "@weft/core";
import type { Config, Plugin } from "@weft/plugin-chain";
import type { Hosting } from "../host/hosting.js";
import type { FunctionDefinition } from "./function.js";

/** By name; a list where callers may choose between versions of one function. */
export type Functions = Readonly<Record<string, FunctionDefinition | readonly FunctionDefinition[]>>;

export interface ServiceOptions {
  /** `^[a-z][a-z0-9_-]{0,62}$`: also its name in discovery. */
  readonly name: string;
  /** Of the build, for people. A function's version is its own. */
  readonly version: string;
  /** Around every handler, the first listed outermost. */
  readonly plugins?: readonly Plugin<Hosting>[];
  /** Settings of the plugins, by their names; those of the process (`WEFT_PLUGINS`) go over them. */
  readonly config?: Config;
  readonly functions: Functions;
}

export interface ServiceDefinition {
  readonly name: string;
  readonly version: string;
  readonly plugins: readonly Plugin<Hosting>[];
  readonly config: Config;
  readonly functions: Functions;
}

/** Declares a service: its functions and plugins. Nothing runs yet. */
export function defineService(options: ServiceOptions): ServiceDefinition {
  const { name, version, plugins = [], config = {}, functions } = options;
  if (typeof name !== "string" || !serviceName.test(name))
    throw new ConfigError([`service name ${JSON.stringify(name)} must match ${serviceName.source}`]);
  return { name, version, plugins, config, functions };
}
