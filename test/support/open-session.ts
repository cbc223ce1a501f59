import { type ClientDuplexStream, Metadata, type ServiceError } from "@grpc/grpc-js";
import { errorFromGrpc } from "@weft/contracts";
import {
  type ExecuteRequest,
  type GatewayServiceClient,
  SessionRequest,
  SessionResponse,
  type SessionResult,
  type StreamRequest,
} from "@weft/contracts/gateway";
import type { WeftError } from "@weft/core";
import { until, within } from "./within.js";

/** A session by generated code alone, and all that it was told. */
export interface RawSession {
  readonly rpc: ClientDuplexStream<SessionRequest | Buffer, SessionResponse>;
  /** In the order of their coming. */
  readonly results: SessionResult[];
  /** How many results each batch had. */
  readonly batches: number[];
  send(...calls: PartialCall[]): void;
  /** A batch of any kind. */
  sendBytes(batch: Buffer): void;
  /** The results of one call, once the last is there. */
  all(id: number): Promise<SessionResult[]>;
  /** The last of them. */
  last(id: number): Promise<SessionResult["result"]>;
  /** Resolves with what the session ended with; undefined: OK. */
  readonly ended: Promise<WeftError | undefined>;
}

export interface PartialCall {
  readonly id: number;
  readonly execute?: Partial<ExecuteRequest>;
  readonly stream?: Partial<StreamRequest>;
  readonly cancel?: true;
  readonly ping?: true;
  readonly timeoutMs?: number;
}

export function openSession(client: GatewayServiceClient, options: { readonly reads?: boolean } = {}): RawSession {
  const path = "/weft.v1.GatewayService/Session";
  const rpc = client.makeBidiStreamRequest(path, toBytes, SessionResponse.decode, new Metadata());
  const results: SessionResult[] = [];
  const batches: number[] = [];
  const ended = new Promise<WeftError | undefined>((resolve) => {
    rpc.on("error", (error: ServiceError) => resolve(errorFromGrpc(error)));
    rpc.on("end", () => resolve(undefined));
  });
  if (options.reads === false)
    rpc.read(0); // until somebody reads, grpc-js takes in whatever the server sends
  else
    rpc.on("data", (batch: SessionResponse) => {
      batches.push(batch.results.length);
      results.push(...batch.results);
    });
  const of = (id: number) => results.filter((result) => result.id === id);
  const isOver = (id: number) => of(id).some(({ result }) => result !== undefined && isLast(result));
  const all = async (id: number) => {
    await until(() => isOver(id), `the end of call ${id}`);
    return of(id);
  };
  return {
    rpc,
    results,
    batches,
    send: (...calls) => void rpc.write(SessionRequest.fromPartial({ calls: calls.map(toCall) })),
    sendBytes: (batch) => void rpc.write(batch),
    all,
    last: async (id) => (await all(id)).at(-1)?.result,
    get ended() {
      return within(ended, "the end of the session");
    },
  };
}

function toBytes(batch: SessionRequest | Buffer): Buffer {
  return Buffer.isBuffer(batch) ? batch : Buffer.from(SessionRequest.encode(batch).finish());
}

function isLast(result: NonNullable<SessionResult["result"]>): boolean {
  return result.$case !== "stream" || !result.value.hasMore;
}

function toCall({ id, execute, stream, cancel, ping, timeoutMs = 0 }: PartialCall) {
  if (execute !== undefined) return { id, timeoutMs, call: { $case: "execute", value: execute } } as const;
  if (stream !== undefined) return { id, timeoutMs, call: { $case: "stream", value: stream } } as const;
  if (cancel) return { id, call: { $case: "cancel", value: {} } } as const;
  return ping ? ({ id, call: { $case: "ping", value: {} } } as const) : { id };
}
