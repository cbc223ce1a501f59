import { serviceName } from "@weft/contracts";
import { Node } from "@weft/contracts/registry";
import { z } from "zod";
import { parseAddress } from "./address.js";

export { Node };

// Every text is bounded: entries come from other processes and are kept, compared and sent on.
const text = z.string().max(128);

/** What an entry must be before anybody calls it, whichever backend it came from. */
export const nodeSchema = z.object({
  id: z.string().regex(/^[\w.:[\]-]{1,400}$/),
  service: z.string().regex(serviceName),
  address: z
    .string()
    .max(259)
    .refine((address) => parseAddress(address) !== undefined, "must be HOST:PORT"),
  revision: text,
  version: text,
  zone: text,
  weight: z.int().min(0).max(1_000_000),
  incarnation: z.int().min(0),
  draining: z.boolean(),
  link: z.boolean(),
});

/** Completes the entry of this process: the id is SERVICE-HOST-PORT-INCARNATION, so a restart is another node. */
export function createNode(fields: Partial<Node> & Pick<Node, "service" | "address" | "incarnation">): Node {
  const at = parseAddress(fields.address);
  const id = `${fields.service}-${at?.host}-${at?.port}-${fields.incarnation}`;
  return nodeSchema.parse(Node.fromPartial({ ...fields, id }));
}
