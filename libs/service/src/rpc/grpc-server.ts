import { Server, ServerCredentials, type ServerInterceptor } from "@grpc/grpc-js";
import { ConfigError } from "@weft/core";
import { type SizeLimits, sizeOptions } from "./size-guard.js";

export interface GrpcServerOptions {
  readonly limits: SizeLimits;
  readonly maxStreamsPerConnection: number;
  /** What must pass whatever the limits are; 0 if left out. */
  readonly leastMessageBytes?: number;
  readonly interceptors?: readonly ServerInterceptor[];
}

/** A grpc-js server with the options that every server of ours has. */
export function createGrpcServer(options: GrpcServerOptions): Server {
  return new Server({
    ...sizeOptions(options.limits, options.leastMessageBytes),
    // Beyond what it advertises, HTTP/2 lets calls wait in silence; ours refuses them before that.
    "grpc.max_concurrent_streams": Math.ceil(options.maxStreamsPerConnection * 1.5),
    "grpc.keepalive_time_ms": 30_000, // also reaps connections that never speak
    "grpc.keepalive_timeout_ms": 10_000,
    "grpc.enable_channelz": 0,
    interceptors: [...(options.interceptors ?? [])],
  });
}

/** Starts listening; answers the address with the port that was really taken. `setting` is named if that fails. */
export function bindServer(server: Server, address: string, setting: string): Promise<string> {
  return new Promise((resolve, reject) => {
    server.bindAsync(address, ServerCredentials.createInsecure(), (error, port) => {
      if (error === null) resolve(`${address.slice(0, address.lastIndexOf(":"))}:${port}`);
      else reject(cannotListen(setting, address, error.message));
    });
  });
}

/** Says why, and what to do. */
export function cannotListen(setting: string, address: string, message: string): ConfigError {
  return new ConfigError([`${setting}: cannot listen on ${address} (${bindProblem(message)})`]);
}

function bindProblem(message: string): string {
  if (/EADDRINUSE/.test(message)) return "the port is in use: stop the other process or choose another port";
  if (/EACCES/.test(message)) return "not permitted: choose a port above 1023";
  return /EADDRNOTAVAIL/.test(message) ? "this machine has no such address" : message;
}

const shutdownLimitMs = 1_000;

/** Closes the server when its work is done: politely first, and by force where somebody holds a stream open. */
export async function closeServer(server: Server): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const polite = new Promise<void>((resolve) => server.tryShutdown(() => resolve()));
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, shutdownLimitMs);
  });
  await Promise.race([polite, late]);
  clearTimeout(timer);
  server.forceShutdown();
}
