import type { ChannelCredentials, ClientReadableStream, Metadata } from "@grpc/grpc-js";
import type { RegistryServiceClient } from "@weft/contracts/registry";
import { type Clock, Code, Reason, systemClock, WeftError } from "@weft/core";
import type { Backend } from "../backend.js";
import { createRegistryChannel } from "./registry-channel.js";
import { remoteLease } from "./remote-lease.js";

export interface RemoteBackendOptions {
  readonly clock?: Clock;
  /** Defaults to plaintext. */
  readonly credentials?: ChannelCredentials;
  /** The token that the registry's host asks of its peers. */
  readonly meshToken?: string;
}

/** Uses the registry at `address` over one gRPC connection. */
export function remoteBackend(address: string, options: RemoteBackendOptions = {}): Backend {
  const channel = createRegistryChannel(address, { clock: systemClock, ...options });

  async function* read<R, T>(
    start: (client: RegistryServiceClient, metadata: Metadata) => ClientReadableStream<R>,
    toList: (response: R) => T,
    signal: AbortSignal,
  ): AsyncGenerator<T> {
    signal.throwIfAborted();
    const { call, expectAnswer, answered, failure, end } = channel.open(start);
    expectAnswer();
    signal.addEventListener("abort", end, { once: true });
    try {
      for await (const response of call) {
        answered();
        yield toList(response as R);
      }
    } catch (error) {
      signal.throwIfAborted();
      throw failure(error);
    } finally {
      signal.removeEventListener("abort", end);
      end(); // leaving the loop destroys the reader, not the call
    }
    signal.throwIfAborted();
    throw new WeftError(Code.Unavailable, `registry ${address} ended the watch`, { reason: Reason.ConnectionLost });
  }

  return {
    exact: true,
    watch: (service, signal) =>
      read(
        (client, metadata) => client.watch({ service }, metadata),
        ({ nodes }) => nodes,
        signal,
      ),
    services: (signal) =>
      read(
        (client, metadata) => client.watchServices({}, metadata),
        ({ services }) => services,
        signal,
      ),
    lease: (lost) => remoteLease(channel, lost),
    close: channel.close,
  };
}
