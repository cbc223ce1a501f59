import { decodeStruct, setRevision } from "@weft/contracts";
import type { FunctionSummary } from "@weft/contracts/gateway";
import { type Clock, sleep } from "@weft/core";
import type { Gateway } from "../gateway.js";

// The gateway learns of a node in a few milliseconds, and has no way to be asked to tell when.
const pollMs = 25;

// A service whose functions were all rejected is never listed: the log has said why, and the others can be used.
const limitMs = 5_000;

const noFunctions = setRevision([]);
const noDetails = Buffer.alloc(0);

export interface Listing {
  readonly functions: readonly FunctionSummary[];
  /** The mesh addresses of nodes whose functions are not among them. */
  readonly missing: readonly string[];
}

/** Waits until the gateway would send calls to a node, but no longer than 5 s. */
export async function whenServing(
  gateway: Gateway,
  meshAddress: string,
  options: { readonly clock: Clock; readonly signal: AbortSignal },
): Promise<void> {
  const { clock, signal } = options;
  const giveUpAtMs = clock.now() + limitMs;
  while (clock.now() < giveUpAtMs) {
    const { nodes } = await gateway.admin("listNodes", { service: "" });
    const node = nodes.find(({ address }) => address === meshAddress);
    if (node !== undefined && decodeStruct(node.details ?? noDetails).functions_known === true) return;
    await sleep(pollMs, { clock, signal });
  }
}

/** Waits until the gateway lists the functions of all these nodes, but no longer than 5 s. */
export async function whenListed(
  gateway: Gateway,
  meshAddresses: readonly string[],
  options: { readonly clock: Clock; readonly signal: AbortSignal },
): Promise<Listing> {
  const { clock, signal } = options;
  const giveUpAtMs = clock.now() + limitMs;
  for (;;) {
    const [functions, { nodes }] = await Promise.all([
      gateway.functions({ signal }),
      gateway.admin("listNodes", { service: "" }),
    ]);
    const isListed = (address: string) => {
      const node = nodes.find((each) => each.address === address);
      if (node === undefined) return false;
      const ofService = functions.filter(({ service }) => service === node.service);
      const count = nodes.filter(({ service }) => service === node.service).length;
      return node.revision === noFunctions || ofService.some((each) => each.nodes >= count);
    };
    const missing = meshAddresses.filter((address) => !isListed(address));
    if (missing.length === 0 || clock.now() > giveUpAtMs) return { functions, missing };
    await sleep(pollMs, { clock, signal });
  }
}
