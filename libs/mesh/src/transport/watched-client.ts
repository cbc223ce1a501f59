import { type Client, connectivityState } from "@grpc/grpc-js";
import { transportError } from "@weft/contracts";
import { type Clock, Code } from "@weft/core";

// grpc-js waits for ever for a node that takes a TCP connection and says nothing on it; keepalive begins only after its
// first word (grpc-node#2785).
const connectLimitMs = 5_000;

// After a refusal it hides such a wait from the channel's state: three times the longest pause between two attempts.
const failureLimitMs = 15_000;

/** A client whose channel is replaced when it does not get anywhere. */
export interface WatchedClient<C extends Client> {
  /** The client to start calls on. Throws CONNECTION_LOST, never sent, once it is closed. */
  current(): C;
  /** Takes no new calls; those under way finish. */
  close(): void;
}

/** `open` makes a client with connections of its own (`grpc.use_local_subchannel_pool`), or it would get the stuck one. */
export function watchedClient<C extends Client>(open: () => C, clock: Clock): WatchedClient<C> {
  let client = open();
  let isClosed = false;
  let cancelTimer = () => {};

  function watch(): void {
    const watched = client;
    const channel = watched.getChannel();
    const state = channel.getConnectivityState(false);
    const limitMs = limitOf(state);
    cancelTimer();
    cancelTimer = limitMs === undefined ? () => {} : clock.after(limitMs, replace);
    channel.watchConnectivityState(state, Number.POSITIVE_INFINITY, () => {
      if (!isClosed && watched === client) watch();
    });
  }

  /** Calls that wait for the stuck channel fail as never sent. */
  function replace(): void {
    const stuck = client;
    client = open();
    watch();
    stuck.close();
  }

  watch();
  return {
    current() {
      if (isClosed) throw transportError(Code.Unavailable, "Channel closed before call started");
      return client;
    },
    close() {
      isClosed = true;
      cancelTimer();
      client.close();
    },
  };
}

function limitOf(state: connectivityState): number | undefined {
  if (state === connectivityState.CONNECTING) return connectLimitMs;
  return state === connectivityState.TRANSIENT_FAILURE ? failureLimitMs : undefined;
}
