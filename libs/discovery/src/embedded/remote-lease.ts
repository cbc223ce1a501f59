import type { ClientDuplexStream } from "@grpc/grpc-js";
import type { JoinRequest, JoinResponse } from "@weft/contracts/registry";
import { Code, Reason, WeftError } from "@weft/core";
import type { Lease } from "../backend.js";
import type { OpenedCall, RegistryChannel } from "./registry-channel.js";

type JoinCall = ClientDuplexStream<JoinRequest, JoinResponse>;

interface JoinStream {
  readonly opened: OpenedCall<JoinCall>;
  isReleasing: boolean;
  /** Ends the wait for the answer under way; with an error and no such wait, the lease is lost. */
  settle(error?: unknown): void;
}

/** A lease that lives as long as its Join stream. A failed put gives the stream up; the next one opens another. */
export function remoteLease(channel: RegistryChannel, lost: (error: unknown) => void): Lease {
  let joined: JoinStream | undefined;

  const unasked = (error?: unknown) => {
    if (error !== undefined) lost(error);
  };

  function join(): JoinStream {
    const opened = channel.open((client, metadata) => client.join(metadata));
    const stream: JoinStream = { opened, isReleasing: false, settle: unasked };
    opened.call.on("data", () => {
      opened.answered();
      stream.settle();
    });
    opened.call.on("error", (error) => {
      // Our own cancel is no failure: judging it would give up a good connection.
      if (joined === stream) over(stream, opened.failure(error));
    });
    opened.call.on("end", () => over(stream, stream.isReleasing ? undefined : endedByRegistry()));
    return stream;
  }

  function over(stream: JoinStream, error?: unknown): void {
    if (joined !== stream) return; // its first end counts
    joined = undefined;
    stream.opened.end();
    stream.settle(error);
  }

  async function exchange(signal: AbortSignal, act: (stream: JoinStream) => void): Promise<void> {
    signal.throwIfAborted();
    joined ??= join();
    const stream = joined;
    await new Promise<void>((resolve, reject) => {
      const aborted = () => over(stream, signal.reason);
      signal.addEventListener("abort", aborted, { once: true });
      stream.settle = (error) => {
        signal.removeEventListener("abort", aborted);
        stream.settle = unasked;
        if (error === undefined) resolve();
        else reject(error);
      };
      stream.opened.expectAnswer();
      act(stream);
    });
  }

  return {
    put: (node, signal) => exchange(signal, ({ opened }) => opened.call.write({ node })),
    async release(signal) {
      if (joined === undefined) return;
      await exchange(signal, (stream) => {
        stream.isReleasing = true;
        stream.opened.call.end();
      });
    },
  };
}

function endedByRegistry(): WeftError {
  return new WeftError(Code.Unavailable, "the registry ended the lease", { reason: Reason.ConnectionLost });
}
