import { type Across, present } from "./across.js";

/** Across nodes, an action whose answer counts what it did. */
export function sumOf(counter: string): Across {
  return async (raw, nodes) => {
    const replies = present(nodes, await nodes.ask(() => raw)).map(({ reply }) => reply);
    return { ...replies[0], [counter]: replies.reduce((sum, reply) => sum + (reply[counter] as number), 0) };
  };
}
