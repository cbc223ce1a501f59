import { type ChannelCredentials, type Client, credentials, Metadata } from "@grpc/grpc-js";
import { channelOptions } from "@weft/contracts";
import { RegistryServiceClient } from "@weft/contracts/registry";
import { type Clock, Code, isCode, Reason, WeftError } from "@weft/core";
import { answerMs } from "../backend.js";

export interface RegistryChannelOptions {
  readonly clock: Clock;
  /** Defaults to plaintext. */
  readonly credentials?: ChannelCredentials;
  /** Sent as `x-weft-mesh-token`. */
  readonly meshToken?: string;
}

/** What both kinds of client stream have. */
export interface RegistryCall {
  cancel(): void;
  on(event: "error", listener: (error: Error) => void): unknown;
}

/** A call under way, and what its failures mean. */
export interface OpenedCall<C extends RegistryCall> {
  readonly call: C;
  /** Starts the limit for an answer: a silent registry, or a connection that never comes about, is a failure. */
  expectAnswer(): void;
  /** Ends that limit. */
  answered(): void;
  /** The call's error as a WeftError. The connection is given up if it may be the cause: the next call makes a new one. */
  failure(error: unknown): WeftError;
  /** Cancels the call, if it still runs, and forgets it. */
  end(): void;
}

export interface RegistryChannel {
  open<C extends RegistryCall>(start: (client: RegistryServiceClient, metadata: Metadata) => C): OpenedCall<C>;
  /** Cancels what is still open and closes the connection. */
  close(): void;
}

// A whole list of 10,000 nodes.
const maxListBytes = 8_000_000;

/** One connection to a registry, replaced after it has failed: grpc-js has no connect timeout of its own. */
export function createRegistryChannel(address: string, options: RegistryChannelOptions): RegistryChannel {
  const { clock, meshToken } = options;
  const metadata = new Metadata();
  if (meshToken !== undefined) metadata.set("x-weft-mesh-token", meshToken);
  const calls = new Set<RegistryCall>();
  let client: RegistryServiceClient | undefined;

  function giveUp(failed: Client): void {
    failed.close();
    if (client === failed) client = undefined;
  }

  return {
    open(start) {
      client ??= new RegistryServiceClient(address, options.credentials ?? credentials.createInsecure(), {
        ...channelOptions,
        "grpc.max_receive_message_length": maxListBytes,
      });
      const used = client;
      const call = start(used, metadata);
      calls.add(call);
      call.on("error", () => {}); // whoever reads the call sees the error; a later one, of the cancel, is none
      let isSilent = false;
      let cancelLimit = () => {};
      return {
        call,
        expectAnswer() {
          cancelLimit = clock.after(answerMs, () => {
            isSilent = true;
            call.cancel();
          });
        },
        answered: () => cancelLimit(),
        failure(error) {
          if (isSilent) {
            giveUp(used);
            return connectionLost(address, `no answer within ${answerMs} ms`);
          }
          const { code, details } = Object(error) as { code?: unknown; details?: unknown };
          // grpc-js reports a server that was shut down by force as CANCELLED; our own cancels do not get here.
          if (code === Code.Unavailable || code === Code.Cancelled) {
            giveUp(used);
            return connectionLost(address, String(details));
          }
          const known = typeof code === "number" && isCode(code) ? code : Code.Unknown;
          return new WeftError(known, `registry ${address}: ${details ?? String(error)}`);
        },
        end() {
          cancelLimit();
          calls.delete(call);
          call.cancel();
        },
      };
    },
    close() {
      for (const call of calls) call.cancel();
      client?.close();
      client = undefined;
    },
  };
}

function connectionLost(address: string, details: string): WeftError {
  return new WeftError(Code.Unavailable, `registry ${address}: ${details}`, { reason: Reason.ConnectionLost });
}
