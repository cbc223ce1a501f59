import { WeftError } from "@weft/core";
import type { NestedCalls } from "@weft/service";
import type { Raw } from "../actions/field.js";
import type { OtherNodes } from "../other-nodes.js";
import type { Awaitable } from "../store/awaitable.js";
import type { Nodes, Reply } from "./across.js";

export interface AskNodesOptions {
  /** Of the action. */
  readonly name: string;
  /** Does it on this node. Throws what is wrong with an input. */
  here(input: Raw): Awaitable<Reply>;
  readonly others: OtherNodes;
  readonly call: NestedCalls["call"];
}

// Enough that most caches are asked at once, and few enough that an answer of some megabytes from each fits into memory.
const mostAtOnce = 16;

/** This node and the others that discovery lists now. They are asked within the time and by the right of the caller. */
export function askNodes({ name, here, others, call }: AskNodesOptions): Nodes {
  const ids = [others.self, ...others.ids];
  return {
    ids,
    async ask(inputOf) {
      const own = await here(inputOf(0)); // first, since what is wrong with the input is wrong everywhere
      const there = await settled(ids.slice(1), (node, index) =>
        call<Reply>(`cache.${name}`, { ...inputOf(index + 1), this_node: true }, { node }),
      );
      const failures = there.flatMap(({ node, error }) => (error === undefined ? [] : [{ node, error }]));
      const lost = failures.filter(({ node }) => others.ids.includes(node));
      if (lost.length > 0) throw failed(name, lost, ids.length);
      return [own, ...there.map(({ answer }) => answer)];
    },
  };
}

interface Settled {
  readonly node: string;
  readonly answer?: Reply;
  readonly error?: unknown;
}

/** Asks all of them, a few at a time, whatever becomes of each. */
async function settled(
  nodes: readonly string[],
  ask: (node: string, index: number) => Promise<Reply>,
): Promise<readonly Settled[]> {
  const all: Settled[] = [];
  let next = 0;
  async function askOneByOne(): Promise<void> {
    while (next < nodes.length) {
      const index = next++;
      const node = nodes[index] as string;
      all[index] = await ask(node, index).then(
        (answer) => ({ node, answer }),
        (error: unknown) => ({ node, error }),
      );
    }
  }
  await Promise.all(Array.from({ length: Math.min(mostAtOnce, nodes.length) }, askOneByOne));
  return all;
}

/** Half an answer would pass for a whole one, so that one node which fails fails the call: as the first of them did. */
function failed(name: string, failures: readonly { node: string; error: unknown }[], count: number): unknown {
  const error = failures[0]?.error;
  if (!(error instanceof WeftError)) return error;
  const nodes = failures.map(({ node }) => node).join(",");
  const text = `${name} failed on ${failures.length} of ${count} nodes of the cache (${nodes}): ${error.message}`;
  return new WeftError(error.code, `${text}; it is done on the others`, {
    reason: error.reason,
    metadata: { nodes },
    cause: error,
    ...(error.retryAfterMs !== undefined && { retryAfterMs: error.retryAfterMs }),
  });
}
