import type { FunctionConfig } from "@weft/contracts/function";
import type { ExecuteRequest, StreamRequest } from "@weft/contracts/node";
import type { PluginChain } from "@weft/contracts/plugin";
import type { StreamItem } from "../pipeline.js";

/** How long a request may take, and what ends it early. */
export interface RequestLimits {
  /** Time left, in milliseconds; Infinity: none. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** What has the signal, if the caller knows it: to be asked by `isAborted` and `onAbort`, for which no signal is made. */
  readonly abort?: Pick<AbortController, "signal">;
}

export interface FunctionSet {
  readonly revision: string;
  readonly functions: readonly FunctionConfig[];
}

/**
 * The way to one node. Errors are WeftErrors: the node's own as it sent it, or CONNECTION_LOST with metadata
 * `processed` = no or maybe. When the signal fires with a WeftError as its reason, that is what is thrown.
 */
export interface NodeConnection {
  execute(request: ExecuteRequest, limits: RequestLimits): Promise<Uint8Array>;
  /** Resolves once the node has accepted the stream. Leaving the iteration cancels it. */
  open(request: StreamRequest, limits: RequestLimits): Promise<AsyncIterable<StreamItem>>;
  /** The node's whole function set; no functions if its revision is still `knownRevision`. */
  functions(limits: RequestLimits, knownRevision?: string): Promise<FunctionSet>;
  /**
   * The node's whole function set now, unless its revision is `knownRevision`, and after each change. Ends when the node
   * ends it; leaving the iteration ends it too. Absent where changes are never told.
   */
  watchFunctions?(knownRevision: string, limits: RequestLimits): AsyncIterable<FunctionSet>;
  /** Calls `listener` when the node asks for no more calls, and when it does so no longer. Absent where nodes cannot ask. */
  onDraining?(listener: (isDraining: boolean) => void): void;
  /** The plugin chains that run in the process. */
  explainPlugins(limits: RequestLimits): Promise<readonly PluginChain[]>;
  /** Takes no new requests; those under way finish. */
  close(): void;
}

export type Dial = (address: string) => NodeConnection;
