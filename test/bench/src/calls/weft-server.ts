import type { Start } from "../load/actor.js";
import { startNode } from "../load/weft-node.js";
import { places } from "./places.js";

/** A node, and the registry by which the client finds it. */
export const start: Start = async () => {
  const { meshAddress } = await startNode(places, "embedded");
  return { addresses: { registry: meshAddress } };
};
