import type { EventEmitter } from "node:events";
import type { ServerDuplexStream, ServerWritableStream } from "@grpc/grpc-js";
import { grpcStatus } from "@weft/contracts";
import {
  type JoinRequest,
  type JoinResponse,
  type RegistryServiceServer,
  RegistryServiceService,
} from "@weft/contracts/registry";
import { type Clock, Code, Reason, systemClock, WeftError } from "@weft/core";
import { leaseMs } from "../backend.js";
import type { Registry } from "./registry.js";
import { createSender } from "./sender.js";

/** A registry's door for other processes. */
export interface RegistryService {
  /** The arguments for `server.addService`. */
  readonly service: readonly [typeof RegistryServiceService, RegistryServiceServer];
  /** Ends all open streams with UNAVAILABLE, and every later one at once: an open stream would block the server's shutdown. */
  close(): void;
}

/** What both kinds of stream have: `emit` of an error ends it with that status. */
type AnyCall = Pick<EventEmitter, "on" | "emit">;

/** Serves weft.registry.v1.RegistryService from `registry`. Who may call it is the host's to decide. */
export function registryService(registry: Registry, options: { readonly clock?: Clock } = {}): RegistryService {
  const { clock = systemClock } = options;
  const open = new Set<(error: unknown) => void>();
  let isClosed = false;

  /** Counts a stream until it is over. Answers how to end it, which happens at most once. */
  function track(call: AnyCall, over: () => void): (error: unknown) => void {
    const finish = () => {
      open.delete(fail);
      over();
    };
    const fail = (error: unknown) => {
      if (!open.has(fail)) return;
      finish();
      call.emit("error", grpcStatus(WeftError.from(error))); // destroy() would send nothing
    };
    open.add(fail);
    call.on("cancelled", finish); // fires after a normal end too
    call.on("error", finish);
    if (isClosed) fail(shuttingDown());
    return fail;
  }

  function join(call: ServerDuplexStream<JoinRequest, JoinResponse>): void {
    const holder = call;
    let cancelSilence = () => {};
    const fail = track(call, () => {
      cancelSilence();
      registry.drop(holder);
    });
    const expectHeartbeat = () => {
      cancelSilence();
      cancelSilence = clock.after(leaseMs, () =>
        fail(new WeftError(Code.DeadlineExceeded, `no heartbeat for ${leaseMs} ms`)),
      );
    };
    if (isClosed) return;
    expectHeartbeat();
    call.on("data", ({ node }: JoinRequest) => {
      try {
        if (node === undefined) throw new WeftError(Code.InvalidArgument, "node is missing");
        registry.put(holder, node);
      } catch (error) {
        return fail(error);
      }
      expectHeartbeat();
      if (call.write({ nodes: registry.size })) return;
      call.pause(); // who does not read the answers is not listened to either, until the lease ends
      call.once("drain", () => call.resume());
    });
    call.on("end", () => {
      cancelSilence();
      registry.drop(holder);
      call.end();
    });
  }

  /** Sends each list as the reader takes it. */
  async function relay<T, R>(
    call: ServerWritableStream<unknown, R>,
    lists: (signal: AbortSignal) => AsyncIterable<T>,
    toResponse: (list: T) => R,
  ): Promise<void> {
    const ended = new AbortController();
    const fail = track(call, () => ended.abort());
    const send = createSender(call, ended.signal, clock);
    try {
      for await (const list of lists(ended.signal)) await send(toResponse(list));
    } catch (error) {
      fail(error); // does nothing if the stream is over, which is the usual way to get here
    }
  }

  return {
    service: [
      RegistryServiceService,
      {
        join,
        watch: (call) =>
          void relay(
            call,
            (signal) => registry.watch(call.request.service, signal),
            (nodes) => ({ nodes: [...nodes] }),
          ),
        watchServices: (call) => void relay(call, registry.services, (services) => ({ services: [...services] })),
      },
    ],
    close() {
      isClosed = true;
      for (const fail of [...open]) fail(shuttingDown());
    },
  };
}

function shuttingDown(): WeftError {
  return new WeftError(Code.Unavailable, "the registry is shutting down", { reason: Reason.Draining });
}
