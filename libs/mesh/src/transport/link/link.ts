import { errorFromStatus, transportError } from "@weft/contracts";
import {
  type LinkResponseSink,
  readLinkResponse,
  writeLinkCall,
  writeLinkCancel,
  writeLinkPing,
} from "@weft/contracts/frames";
import type { ExecuteRequest } from "@weft/contracts/node";
import { Status } from "@weft/contracts/rpc";
import { type Clock, Code, Deadlines, WeftError } from "@weft/core";
import { isAborted, onAbort } from "../../call-abort.js";
import { abortError } from "../abort-error.js";
import type { RequestLimits } from "../node-connection.js";
import { FrameQueue, linkOverloaded } from "./frame-queue.js";
import type { FrameSink, FrameStream, OpenFrames } from "./frame-stream.js";
import { Liveness } from "./liveness.js";

export interface LinkOptions {
  readonly open: OpenFrames;
  /** Size limit of one answer. */
  readonly maxResponseBytes: number;
  readonly clock: Clock;
  /** The link takes calls from now on: the node has answered its first ping. */
  readonly opened: () => void;
  /** The node asks for no more calls. */
  readonly draining: () => void;
  /** Once. Undefined: it was closed as meant. */
  readonly over: (error: WeftError | undefined) => void;
}

/** A call that waits for its result. */
export interface LinkedCall {
  readonly id: number;
  /** The frame that it went out with. */
  readonly frame: number;
  /** On the monotonic clock; Infinity: never. */
  readonly endsAt: number;
  readonly resolve: (json: Uint8Array) => void;
  readonly reject: (error: WeftError) => void;
  stopListening: () => void;
}

// Results of a large frame would keep all of it in memory as long as one of them is kept.
const sharedFrameBytes = 16_384;

/**
 * Many calls of one node over one stream. A call goes out in the frame of its turn of the event loop and is over by its
 * result, its deadline, its caller's cancel, or the end of the link; whatever comes for it later is ignored.
 */
export class Link {
  readonly #options: LinkOptions;
  readonly #stream: FrameStream;
  readonly #queue: FrameQueue;
  readonly #calls = new Map<number, LinkedCall>();
  readonly #deadlines: Deadlines<LinkedCall>;
  readonly #liveness: Liveness;
  #lastId = 0;
  /** Who calls, as the node knows by now. */
  #saidCaller = "";
  #state: "opening" | "open" | "draining" | "closing" | "over" = "opening";
  #strayResults = 0;

  constructor(options: LinkOptions) {
    const { clock } = options;
    this.#options = options;
    this.#deadlines = new Deadlines(this.#calls, clock, (call) => this.#expire(call));
    this.#liveness = new Liveness(clock, {
      ping: (number) => this.#ping(number),
      silent: () => this.#break("the node does not answer pings"),
    });
    const sink: FrameSink = {
      frame: (frame) => this.#receive(frame),
      drained: () => this.#queue.drained(),
      over: (error) => this.#end(error),
    };
    this.#stream = options.open(sink);
    this.#queue = new FrameQueue({
      write: (frame) => this.#stream.write(frame),
      stalled: () => this.#break("the node has stopped reading"),
      clock,
    });
    this.#liveness.start();
  }

  get isOpen(): boolean {
    return this.#state === "open";
  }

  /** The node takes no more calls. */
  get isDraining(): boolean {
    return this.#state === "draining";
  }

  get inFlight(): number {
    return this.#calls.size;
  }

  /** Results for nobody: of calls that were over, of none, or a second one. */
  get strayResults(): number {
    return this.#strayResults;
  }

  /** For links that are open. Throws OVERLOADED where the node reads too slowly. */
  execute(request: ExecuteRequest, limits: RequestLimits): Promise<Uint8Array> {
    const { timeoutMs } = limits;
    const abort = limits.abort ?? { signal: limits.signal };
    return new Promise((resolve, reject) => {
      if (isAborted(abort)) return reject(abortError(abort.signal));
      if (this.#queue.isFull) return reject(linkOverloaded());
      const id = this.#nextId();
      const call: LinkedCall = {
        id,
        frame: this.#queue.frame,
        endsAt: timeoutMs === Number.POSITIVE_INFINITY ? timeoutMs : this.#options.clock.now() + timeoutMs,
        resolve,
        reject,
        stopListening: onAbort(abort, () => this.#cancel(call, abortError(abort.signal))),
      };
      const isAlone = this.#calls.size === 0;
      this.#calls.set(id, call);
      this.#deadlines.added(call.endsAt);
      writeLinkCall(this.#queue.writer, id, request, this.#saidCaller);
      if (request.context !== undefined) this.#saidCaller = request.context.caller;
      this.#queue.added(isAlone);
    });
  }

  /** Takes no new calls, and ends after those under way. */
  close(): void {
    if (this.#state === "over") return;
    this.#state = "closing";
    if (this.#calls.size === 0) this.#finish();
  }

  #nextId(): number {
    do this.#lastId = (this.#lastId + 1) >>> 0;
    while (this.#calls.has(this.#lastId));
    return this.#lastId;
  }

  #receive(frame: Buffer): void {
    if (this.#state === "over") return;
    this.#liveness.heard();
    try {
      readLinkResponse(frame, frame.length > sharedFrameBytes ? this.#copying : this.#sink);
    } catch (error) {
      this.#break((error as Error).message);
    }
  }

  readonly #sink: LinkResponseSink = {
    result: (id, json) => this.#result(id, json),
    error: (id, status) => {
      const error = errorFromStatus(Status.decode(status)); // may throw, and then the call is still there to be lost
      this.#take(id)?.reject(error);
    },
    pong: () => this.#pong(),
    draining: () => this.#drain(),
  };

  readonly #copying: LinkResponseSink = {
    ...this.#sink,
    result: (id, json) => this.#result(id, Buffer.from(json)),
  };

  #result(id: number, json: Buffer): void {
    const call = this.#take(id);
    if (call === undefined) return;
    const { maxResponseBytes } = this.#options;
    if (json.length <= maxResponseBytes) call.resolve(json);
    else
      call.reject(
        transportError(
          Code.ResourceExhausted,
          `a result of ${json.length} bytes is over the limit of ${maxResponseBytes}`,
        ),
      );
  }

  /** Takes a call that is over off the table. */
  #take(id: number): LinkedCall | undefined {
    const call = this.#calls.get(id);
    if (call === undefined) {
      this.#strayResults++;
      return undefined;
    }
    this.#forget(call);
    return call;
  }

  #forget(call: LinkedCall): void {
    this.#calls.delete(call.id);
    call.stopListening();
    if (this.#calls.size === 0 && this.#state === "closing") this.#finish();
  }

  /** The node is told, so that it may stop; its answer will be a stray result. */
  #cancel(call: LinkedCall, error: WeftError): void {
    writeLinkCancel(this.#queue.writer, call.id);
    this.#queue.added(this.#calls.size === 1);
    this.#forget(call);
    call.reject(error);
  }

  #expire(call: LinkedCall): void {
    this.#cancel(call, transportError(Code.DeadlineExceeded, "the time was up on a link"));
  }

  #ping(number: number): void {
    writeLinkPing(this.#queue.writer, number);
    this.#queue.added(true);
  }

  #pong(): void {
    if (this.#state !== "opening") return;
    this.#state = "open";
    this.#options.opened();
  }

  #drain(): void {
    if (this.#state !== "opening" && this.#state !== "open") return;
    this.#state = "draining";
    this.#options.draining();
  }

  /** The node and this process disagree, or it is silent: nothing more can be said on this link. */
  #break(why: string): void {
    if (this.#state === "over") return;
    this.#end(new WeftError(Code.Unavailable, why));
    this.#stream.cancel();
  }

  #finish(): void {
    this.#queue.flush();
    this.#stream.end();
  }

  #end(error: WeftError | undefined): void {
    if (this.#state === "over") return;
    this.#state = "over";
    this.#liveness.stop();
    this.#deadlines.stop();
    const { framesWritten } = this.#queue;
    this.#queue.close();
    const lost = transportError(Code.Unavailable, error?.message ?? "the link ended");
    for (const call of this.#calls.values()) {
      call.stopListening();
      call.reject(call.frame < framesWritten ? lost : lost.with({ metadata: { processed: "no" } }));
    }
    this.#calls.clear();
    this.#options.over(error);
  }
}
