import { statusFromError } from "@weft/contracts";
import {
  LinkRequestReader,
  type LinkRequestSink,
  writeLinkDraining,
  writeLinkError,
  writeLinkPong,
  writeLinkResult,
} from "@weft/contracts/frames";
import type { ExecuteRequest } from "@weft/contracts/node";
import { Status } from "@weft/contracts/rpc";
import { type Clock, type Logger, WeftError } from "@weft/core";
import { CallAbort, FrameQueue } from "@weft/mesh";
import type { LiveCalls } from "../../rpc/live-calls.js";
import { callerGone } from "../../rpc/rpc-context.js";
import { tooLarge } from "../../rpc/size-guard.js";
import type { Arrival } from "../incoming-call.js";
import type { NodeHost } from "../node-host.js";

export interface ServedLinkOptions {
  readonly host: Pick<NodeHost, "execute" | "limits">;
  readonly liveCalls: Pick<LiveCalls, "enter">;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** The stream under a link, as its serving side uses it. */
export interface LinkTransport {
  /** host:port of the caller's connection. */
  readonly connection: string;
  /** False: wait for `drained`. */
  write(frame: Buffer): boolean;
  pause(): void;
  resume(): void;
  /** After what was written. */
  end(): void;
  /** At once; `why` is for the caller's log. */
  fail(why: string): void;
}

/** A call of the link, as long as its caller waits for it. */
interface ServedCall extends Arrival {
  readonly abort: CallAbort;
}

// A larger result gets a frame of its own, so that no frame is larger than the largest result and a little.
const largestShared = 65_536;

/** One link that callers have opened: its calls run as those of Execute do. */
export class ServedLink implements LinkRequestSink {
  readonly #options: ServedLinkOptions;
  readonly #transport: LinkTransport;
  readonly #queue: FrameQueue;
  readonly #reader = new LinkRequestReader();
  readonly #calls = new Map<number, ServedCall>();
  #isEnding = false;
  #isOver = false;

  constructor(transport: LinkTransport, options: ServedLinkOptions) {
    this.#transport = transport;
    this.#options = options;
    this.#queue = new FrameQueue({
      write: (frame) => this.#write(frame),
      stalled: () => this.#break("the caller has stopped reading"),
      clock: options.clock,
    });
  }

  receive(frame: Buffer): void {
    if (this.#isOver) return;
    try {
      this.#reader.read(frame, this);
    } catch (error) {
      this.#break((error as Error).message);
    }
  }

  drained(): void {
    this.#queue.drained();
    if (!this.#queue.isBlocked) this.#transport.resume();
  }

  /** Asks for no more calls. */
  drain(): void {
    writeLinkDraining(this.#queue.writer);
    this.#queue.added(true);
  }

  /** Ends when the last call is over. */
  end(): void {
    this.#isEnding = true;
    if (this.#calls.size === 0) this.#finish();
  }

  /** Nobody is there any more. */
  callerGone(): void {
    if (this.#isOver) return;
    this.#close();
    for (const { abort } of this.#calls.values()) abort.abort(callerGone());
    this.#calls.clear();
  }

  call(id: number, request: ExecuteRequest, bytes: number): void {
    if (this.#calls.has(id)) throw new Error(`two calls of the id ${id}`);
    const { host, liveCalls } = this.#options;
    const abort = new CallAbort();
    const call: ServedCall = { abort, deadlineAt: Number.POSITIVE_INFINITY };
    this.#calls.set(id, call);
    let leave: () => void;
    try {
      refuseOversize(bytes, host.limits.maxRequestBytes);
      leave = liveCalls.enter({ abort, connection: this.#transport.connection, isStream: false });
    } catch (refusal) {
      this.#failed(id, call, request, refusal);
      return;
    }
    // A handler that does not look at its signal holds up nobody.
    abort.listen(() => this.#failed(id, call, request, abort.signal.reason));
    host.execute(request, call).then(
      (json) => {
        leave();
        this.#answered(id, call, json);
      },
      (thrown) => {
        leave();
        this.#failed(id, call, request, thrown);
      },
    );
  }

  cancel(id: number): void {
    this.#calls.get(id)?.abort.abort(callerGone());
  }

  ping(ping: number): void {
    writeLinkPong(this.#queue.writer, ping);
    this.#queue.added(true);
  }

  /** False if somebody has been answered already. */
  #settle(id: number, call: ServedCall): boolean {
    return this.#calls.get(id) === call && this.#calls.delete(id);
  }

  #answered(id: number, call: ServedCall, json: Buffer): void {
    if (!this.#settle(id, call)) return;
    const isLarge = json.length > largestShared;
    if (isLarge) this.#queue.flush();
    writeLinkResult(this.#queue.writer, id, json);
    this.#added(isLarge);
  }

  #failed(id: number, call: ServedCall, request: ExecuteRequest, thrown: unknown): void {
    if (!this.#settle(id, call)) return;
    const status = statusFromError(this.#reported(thrown, request.context?.requestId));
    writeLinkError(this.#queue.writer, id, Status.encode(status).finish());
    this.#added(false);
  }

  #added(isUrgent: boolean): void {
    this.#queue.added(isUrgent || this.#calls.size === 0);
    if (this.#isEnding && this.#calls.size === 0) this.#finish();
  }

  /** What nobody foresaw is logged in full, once, here. */
  #reported(thrown: unknown, requestId: string | undefined): WeftError {
    if (thrown instanceof WeftError) return thrown;
    this.#options.logger.error({ err: thrown, request_id: requestId }, "an unexpected error");
    const error = WeftError.from(thrown);
    return requestId === undefined ? error : error.with({ requestId });
  }

  #write(frame: Buffer): boolean {
    const goesOn = this.#transport.write(frame);
    if (!goesOn) this.#transport.pause(); // whoever does not read its results sends no calls
    return goesOn;
  }

  #break(why: string): void {
    if (this.#isOver) return;
    this.callerGone();
    this.#transport.fail(why);
  }

  #finish(): void {
    if (this.#isOver) return;
    this.#queue.flush();
    this.#close();
    this.#transport.end();
  }

  #close(): void {
    this.#isOver = true;
    this.#queue.close();
  }
}

function refuseOversize(bytes: number, maxRequestBytes: number): void {
  if (bytes > maxRequestBytes) throw tooLarge("request", bytes, maxRequestBytes, "WEFT_MAX_REQUEST_BYTES");
}
