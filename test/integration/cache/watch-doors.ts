import { credentials, type ServiceError } from "@grpc/grpc-js";
import { expect } from "@jest/globals";
import type { Client } from "@weft/client";
import { channelOptions, errorFromGrpc } from "@weft/contracts";
import { CacheServiceClient, ChangeKind, WatchRequest, type WatchResponse } from "@weft/contracts/cache";
import type { RunningService } from "@weft/service";
import { within } from "../../support/within.js";

export interface Position {
  readonly epoch: string;
  readonly sequence: number;
}
export interface Change {
  readonly sequence: number;
  readonly kind: string;
  readonly key: string;
  readonly entry_version: number;
}
export interface Message {
  readonly position: Position;
  readonly gap: boolean;
  readonly changes: readonly Change[];
}
export interface Watching {
  next(): Promise<Message>;
  cancel(): void;
}

/** What a cache is reached by. */
export interface Reached {
  readonly client: Client;
  readonly node: RunningService;
}

export type OpenWatch = (reached: Reached, args: Record<string, unknown>) => Watching;

const open = new Set<() => void>();

/** Ends every watch that a test has left open. */
export function endWatches(): void {
  for (const cancel of open) cancel();
  open.clear();
}

/** By the function, through a gateway. */
export const byFunction: OpenWatch = ({ client }, args) => {
  const stream = client.stream("cache.watch", args);
  const items = stream[Symbol.asyncIterator]();
  const cancel = () => void items.return?.().catch(() => {});
  open.add(cancel);
  return { next: async () => (await within(items.next(), "a message")).value as Message, cancel };
};

/** By the RPC, on the port of the cache. */
export const byRpc: OpenWatch = ({ node }, args) => {
  const cache = new CacheServiceClient(node.publicAddress ?? "", credentials.createInsecure(), channelOptions);
  const { resume_after, ...rest } = args;
  const call = cache.watch(WatchRequest.fromPartial({ ...rest, resumeAfter: resume_after as Partial<Position> }));
  call.on("error", () => {}); // the iteration throws it
  call.read(0);
  const messages = call[Symbol.asyncIterator]() as AsyncIterator<WatchResponse>;
  const cancel = () => {
    call.cancel();
    cache.close();
  };
  open.add(cancel);
  const read = () =>
    messages.next().catch((error: ServiceError) => {
      throw errorFromGrpc(error);
    });
  return { next: async () => messageOf((await within(read(), "a message")).value), cancel };
};

const kindOf = (kind: number) =>
  Object.entries(ChangeKind)
    .find(([, number]) => number === kind)?.[0]
    .replace("CHANGE_KIND_", "")
    .toLowerCase() ?? "";

function messageOf({ position, gap, changes }: WatchResponse): Message {
  const plain = changes.map(({ sequence, kind, key, entryVersion }) => {
    return { sequence, kind: kindOf(kind), key, entry_version: entryVersion };
  });
  return { position: position as Position, gap, changes: plain };
}

/** Reads on until so many changes have come. */
export async function changesOf({ next }: Watching, count: number): Promise<Change[]> {
  const found: Change[] = [];
  while (found.length < count) {
    const { gap, changes } = await next();
    expect(gap).toBe(false);
    found.push(...changes);
  }
  return found;
}

/** What happened to which keys. */
export const named = (changes: readonly Change[]) => changes.map(({ kind, key }) => `${kind} ${key}`);

export const watchDoors: readonly (readonly [name: string, open: OpenWatch])[] = [
  ["the function", byFunction],
  ["the RPC", byRpc],
];
