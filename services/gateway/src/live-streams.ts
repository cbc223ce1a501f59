import { randomUUID } from "node:crypto";
import { Code, Reason, WeftError } from "@weft/core";

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

/** The streams under way at this gateway, and the request ids that their callers have in use. */
export interface LiveStreams {
  /** Throws REQUEST_ID_IN_USE if the owner has such a stream already. The answer takes it off again. */
  add(requestId: string, owner: string, stop: () => void): { readonly stream: LiveStream; readonly remove: () => void };
  /** Takes a request id for something else of its owner's. Throws REQUEST_ID_IN_USE; the answer frees it again. */
  hold(requestId: string, owner: string): () => void;
  /** Only to its owner. */
  byId(id: string, owner: string): LiveStream | undefined;
  byRequestId(requestId: string, owner: string): LiveStream | undefined;
}

/** `node` stands in every stream id, so that any gateway knows whose stream it is. */
export function createLiveStreams(node: string): LiveStreams {
  const streams = new Map<string, LiveStream>();
  const ids = new Map<string, string>();
  const ownKey = (requestId: string, owner: string) => `${owner}\n${requestId}`;
  const owned = (stream: LiveStream | undefined, owner: string) => (stream?.owner === owner ? stream : undefined);
  /** `id` is empty for what is no stream. */
  function take(requestId: string, owner: string, id: string): () => void {
    const key = ownKey(requestId, owner);
    if (ids.has(key))
      throw new WeftError(Code.AlreadyExists, `request_id "${requestId}" belongs to a call that is still under way`, {
        reason: Reason.RequestIdInUse,
      });
    ids.set(key, id);
    return () => ids.delete(key);
  }

  return {
    add(requestId, owner, stop) {
      const stream = { id: `${node}/${randomUUID()}`, requestId, owner, lastSequence: 0, stop };
      const free = take(requestId, owner, stream.id);
      streams.set(stream.id, stream);
      return {
        stream,
        remove() {
          streams.delete(stream.id);
          free();
        },
      };
    },
    hold: (requestId, owner) => take(requestId, owner, ""),
    byId: (id, owner) => owned(streams.get(id), owner),
    byRequestId: (requestId, owner) => streams.get(ids.get(ownKey(requestId, owner)) ?? ""),
  };
}
