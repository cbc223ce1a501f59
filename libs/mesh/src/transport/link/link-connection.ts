import type { NodeConnection } from "../node-connection.js";
import { createLane, type LaneOptions } from "./lane.js";
import type { Link } from "./link.js";

// What is larger would hold up the calls behind it; HTTP/2 lets streams of their own take turns.
const largestArguments = 65_536;

// A node takes 1,000 calls at once on one connection. From half of that on a second one takes its share.
const busyCalls = 500;

export interface LinkConnectionOptions extends Omit<LaneOptions, "open" | "onDraining"> {
  /** For streams, for large calls, for questions, and as long as there is no link. */
  readonly plain: NodeConnection;
  /** One for each link, over connections of their own. */
  readonly open: readonly LaneOptions["open"][];
  /** After the last link has been told to end. */
  readonly closed: () => void;
}

/** Sends unary calls to a node over a link, and everything else as `plain` does. */
export function linkConnection(options: LinkConnectionOptions): NodeConnection {
  const { plain, closed } = options;
  const lanes = options.open.map((open) => createLane({ ...options, open, onDraining: counted }));
  let draining = 0;
  let listener = (_isDraining: boolean) => {};

  function counted(isDraining: boolean): void {
    draining += isDraining ? 1 : -1;
    listener(draining > 0);
  }

  function linkFor(): Link | undefined {
    let least: Link | undefined;
    for (const lane of lanes) {
      const link = lane.link();
      if (link === undefined) break; // as long as there is no first one, nobody needs the second
      if (link.inFlight < busyCalls) return link;
      if (least === undefined || link.inFlight < least.inFlight) least = link;
    }
    return least;
  }

  return {
    execute(request, limits) {
      const link = request.argsJson.length > largestArguments ? undefined : linkFor();
      // Who has no other node may still ask one that drains, but on its link the answer may never come.
      return link === undefined || link.isDraining ? plain.execute(request, limits) : link.execute(request, limits);
    },
    open: (request, limits) => plain.open(request, limits),
    functions: (limits, knownRevision) => plain.functions(limits, knownRevision),
    ...(plain.watchFunctions && { watchFunctions: plain.watchFunctions.bind(plain) }),
    onDraining(added) {
      listener = added;
      if (draining > 0) added(true);
    },
    explainPlugins: (limits) => plain.explainPlugins(limits),
    close() {
      for (const lane of lanes) lane.close();
      closed();
      plain.close();
    },
  };
}
