import { decodeValue } from "@weft/contracts";
import type { FunctionConfig } from "@weft/contracts/function";
import { compareVersions } from "../catalogue/version.js";

/** A request to start from. */
export interface ExportedRequest {
  readonly user_id: string;
  readonly device_id: string;
  readonly request_type: string;
  readonly request_id: string;
  readonly service: string;
  /** Null: the function has no versions. */
  readonly version: string | null;
  readonly args: Readonly<Record<string, unknown>>;
}

/** A request with the RPC that takes it. */
export interface ExportedCall {
  readonly event: string;
  readonly data: ExportedRequest;
}

export interface ExportOptions {
  /** What to call each function behind its name, by its name. Defaults to the name again. */
  readonly descriptions?: Readonly<Record<string, string>> | ((config: FunctionConfig) => string);
  /** Values of arguments, by their names; `undefined` leaves the default. */
  readonly argValues?: Readonly<Record<string, unknown>> | ((argument: string, config: FunctionConfig) => unknown);
  /** Defaults to the RPC that the function is called by: Stream or Execute. */
  readonly event?: string;
}

/**
 * One request for each function of a service, in its highest version, under `NAME - DESCRIPTION`: for collections of requests
 * in tools of testers. An argument is its default, or "".
 */
export function exportRequests(
  configs: Iterable<FunctionConfig>,
  options: ExportOptions = {},
): Readonly<Record<string, ExportedCall>> {
  const highest = new Map<string, FunctionConfig>();
  for (const config of configs) {
    const known = highest.get(config.function);
    const isHigher = known === undefined || compareVersions(config.version ?? "", known.version ?? "") > 0;
    if (isHigher) highest.set(config.function, config);
  }
  const calls = [...highest.values()].map((config) => {
    const event = options.event ?? (config.mode === "stream" ? "Stream" : "Execute");
    return [
      `${config.function} - ${describe(config, options)}`,
      { event, data: exportRequest(config, options) },
    ] as const;
  });
  return Object.fromEntries(calls);
}

/** A request to start from, for one function. */
export function exportRequest(config: FunctionConfig, options: ExportOptions = {}): ExportedRequest {
  const { service, function: request_type, version = null } = config;
  const args = config.arguments.map(({ name, defaultValue }) => {
    const own = given(name, config, options);
    if (own !== undefined) return [name, own];
    return [name, defaultValue.length === 0 ? "" : (decodeValue(defaultValue) ?? "")];
  });
  return {
    user_id: "user_1",
    device_id: "device_1",
    request_type,
    request_id: "request_1",
    service,
    version,
    args: Object.fromEntries(args),
  };
}

function describe(config: FunctionConfig, { descriptions = {} }: ExportOptions): string {
  if (typeof descriptions === "function") return descriptions(config);
  return own(descriptions, config.function) ?? config.function;
}

function given(argument: string, config: FunctionConfig, { argValues = {} }: ExportOptions): unknown {
  return typeof argValues === "function" ? argValues(argument, config) : own(argValues, argument);
}

function own<Value>(values: Readonly<Record<string, Value>>, name: string): Value | undefined {
  return Object.hasOwn(values, name) ? values[name] : undefined;
}
