import {
  type handleUnaryCall,
  type Metadata,
  type ServerInterceptingCallInterface,
  type ServerInterceptor,
  status as Status,
  type UntypedServiceImplementation,
} from "@grpc/grpc-js";
import { grpcStatus } from "@weft/contracts";
import { isAborted } from "@weft/mesh";
import { asIntercepting, PassingCall, type RpcListener } from "./passing-call.js";
import { callerGone, createRpcContext, type RpcContext } from "./rpc-context.js";
import { type RpcServing, reported, sized } from "./rpc-handler.js";

export type ServeUnary<Request, Response> = (request: Request, context: RpcContext) => Response | Promise<Response>;

/** How an RPC of one message each way is served. */
interface UnaryRpc {
  readonly serving: RpcServing;
  readonly serve: ServeUnary<unknown, unknown>;
}

const rpcs = new WeakMap<object, UnaryRpc>();

/**
 * Turns "request in, response or WeftError out" into an RPC. Whatever `serve` throws becomes one status, and the RPC is
 * answered exactly once. It runs on servers of `createGrpcServer` only: grpc-js's own way makes a Writable stream and an
 * event emitter for each, and waits a turn of the event loop between an answer and its status.
 */
export function unaryRpc<Request, Response>(
  serving: RpcServing,
  serve: ServeUnary<Request, Response>,
): handleUnaryCall<Request, Response> {
  const handler = () => {
    throw new Error("this server does not run unary RPCs");
  };
  rpcs.set(handler, { serving, serve: serve as ServeUnary<unknown, unknown> });
  return handler;
}

/** A service's methods with their paths, and what serves them. */
export interface ServedMethods {
  readonly definition: Readonly<Record<string, { readonly path: string }>>;
  readonly implementation: UntypedServiceImplementation;
}

/** Serves the unary RPCs of these services; all others pass. */
export function unaryInterceptor(services: readonly ServedMethods[]): ServerInterceptor {
  const byPath = new Map<string, UnaryRpc>();
  for (const { definition, implementation } of services)
    for (const [name, { path }] of Object.entries(definition)) {
      const handler = implementation[name];
      const rpc = handler && rpcs.get(handler);
      if (rpc !== undefined) byPath.set(path, rpc);
    }
  return ({ path }, call) => {
    const rpc = byPath.get(path);
    return asIntercepting(rpc === undefined ? call : new UnaryCall(call, rpc));
  };
}

const nothing = () => {};

class UnaryCall extends PassingCall implements RpcListener {
  readonly #rpc: UnaryRpc;
  #metadata: Metadata | undefined;
  #request: unknown;
  #context: RpcContext | undefined;
  #isOver = false;

  constructor(call: ServerInterceptingCallInterface, rpc: UnaryRpc) {
    super(call);
    this.#rpc = rpc;
  }

  /** What grpc-js would do with the RPC is not asked. */
  override start(): void {
    this.nextCall.start(this);
  }

  onReceiveMetadata(metadata: Metadata): void {
    this.#metadata = metadata;
    this.nextCall.startRead();
  }

  onReceiveMessage(request: unknown): void {
    if (this.#request !== undefined) this.#refuse("a unary call has one request, this is the second");
    else {
      this.#request = request;
      this.nextCall.startRead();
    }
  }

  onReceiveHalfClose(): void {
    if (this.#request === undefined || this.#metadata === undefined) this.#refuse("a unary call has one request");
    else if (!this.#isOver) void this.#run(this.#metadata);
  }

  /** grpc-js says so after each answer too, which must cut nothing that a handler left running. */
  onCancel(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#context?.abort.abort(callerGone());
  }

  async #run(metadata: Metadata): Promise<void> {
    const { serving, serve } = this.#rpc;
    const peer = this.nextCall.getPeer();
    const context = createRpcContext({ metadata, peer, deadline: this.nextCall.getDeadline() }, serving.clock);
    const { abort } = context;
    this.#context = context;
    let leave = nothing; // a handler counts as long as it runs, also when nobody waits for it any more
    try {
      leave = serving.liveCalls.enter({ abort, connection: peer, isStream: false });
      // A handler that does not look at its signal holds up nobody.
      abort.listen(() => this.#fail(abort.signal.reason, context));
      const response = await serve(sized(this.#request, serving), context);
      if (!this.#isOver) this.#answer(response, context);
    } catch (error) {
      if (!isAborted(abort)) this.#fail(error, context);
    } finally {
      leave();
    }
  }

  #answer(response: unknown, { trailers }: RpcContext): void {
    this.#isOver = true;
    this.nextCall.sendMessage(response, nothing);
    this.nextCall.sendStatus({ code: Status.OK, details: "OK", metadata: trailers });
  }

  #fail(error: unknown, context: RpcContext): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.nextCall.sendStatus(grpcStatus(reported(error, this.#rpc.serving, context), context.trailers));
  }

  /** In the words of grpc-js, for a client that breaks the protocol. */
  #refuse(details: string): void {
    this.#isOver = true;
    this.nextCall.sendStatus({ code: Status.UNIMPLEMENTED, details, metadata: null });
  }
}
