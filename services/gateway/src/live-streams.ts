import { randomUUID } from "node:crypto";
import { requestIdInUse } from "@weft/mesh";

/** A stream that a client reads from this gateway. */
export interface LiveStream {
  readonly id: string;
  readonly requestId: string;
  /** Who may stop it. */
  readonly owner: string;
  lastSequence: number;
  /** Ends it: the producer's signal fires, and the client gets its one end message. */
  stop(): void;
}

/** Who uses a request id, and for which call: one call may hold it more than once. */
export interface RequestIdUse {
  readonly requestId: string;
  readonly owner: string;
  /** What ends the call. No other call has it. */
  readonly abort: AbortController;
}

/** A request id that is in use. */
interface HeldId {
  readonly abort: AbortController;
  /** Of the stream that has it. Empty: none. */
  readonly streamId: string;
  holds: number;
}

/** The streams under way at this gateway, and the request ids that their callers have in use. */
export interface LiveStreams {
  /** Throws REQUEST_ID_IN_USE if the owner has such a stream already. The answer takes it off again. */
  add(of: RequestIdUse, stop: () => void): { readonly stream: LiveStream; readonly remove: () => void };
  /** Takes a request id for something else of its owner's. Throws REQUEST_ID_IN_USE; the answer frees it again. */
  hold(of: RequestIdUse): () => void;
  /** Only to its owner. */
  byId(id: string, owner: string): LiveStream | undefined;
  byRequestId(requestId: string, owner: string): LiveStream | undefined;
}

/** `node` stands in every stream id, so that any gateway knows whose stream it is. */
export function createLiveStreams(node: string): LiveStreams {
  const streams = new Map<string, LiveStream>();
  const ids = new Map<string, HeldId>();
  const ownKey = (requestId: string, owner: string) => `${owner}\n${requestId}`;
  const owned = (stream: LiveStream | undefined, owner: string) => (stream?.owner === owner ? stream : undefined);

  function take({ requestId, owner, abort }: RequestIdUse, streamId = ""): () => void {
    const key = ownKey(requestId, owner);
    const held = ids.get(key) ?? { abort, streamId, holds: 0 };
    if (held.abort !== abort) throw requestIdInUse(requestId);
    held.holds++;
    ids.set(key, held);
    return () => {
      if (--held.holds === 0) ids.delete(key);
    };
  }

  return {
    add(of, stop) {
      const { requestId, owner } = of;
      const stream = { id: `${node}/${randomUUID()}`, requestId, owner, lastSequence: 0, stop };
      const free = take(of, stream.id);
      streams.set(stream.id, stream);
      return {
        stream,
        remove() {
          streams.delete(stream.id);
          free();
        },
      };
    },
    hold: take,
    byId: (id, owner) => owned(streams.get(id), owner),
    byRequestId: (requestId, owner) => streams.get(ids.get(ownKey(requestId, owner))?.streamId ?? ""),
  };
}
