import { BlockList, isIP } from "node:net";

/** Proxies whose word about their clients is taken. */
export interface TrustedProxies {
  includes(address: string): boolean;
}

/** The network of a CIDR such as "10.0.0.0/8" or of one address; undefined if it is none, or is everybody. */
export function parseNetwork(
  cidr: string,
): { readonly address: string; readonly prefix: number; readonly family: "ipv4" | "ipv6" } | undefined {
  const [, address = "", bits] = /^([0-9A-Fa-f.:]+)(?:\/(\d{1,3}))?$/.exec(cidr) ?? [];
  const version = isIP(address);
  const longest = version === 4 ? 32 : 128;
  const prefix = bits === undefined ? longest : Number(bits);
  if (version === 0 || prefix < 1 || prefix > longest) return undefined;
  return { address, prefix, family: version === 4 ? "ipv4" : "ipv6" };
}

/** Of networks that `parseNetwork` understands. */
export function trustedProxies(cidrs: readonly string[]): TrustedProxies {
  const list = new BlockList();
  for (const cidr of cidrs) {
    const network = parseNetwork(cidr);
    if (network === undefined) throw new Error(`"${cidr}" is no network`);
    list.addSubnet(network.address, network.prefix, network.family);
  }
  return {
    includes(address) {
      const version = isIP(address);
      return version !== 0 && list.check(address, version === 4 ? "ipv4" : "ipv6");
    },
  };
}

/**
 * The client's address by `x-forwarded-for`: the right-most that is no trusted proxy, since everything left of it is what
 * somebody says whom nobody vouches for. `peer` is a trusted proxy.
 */
export function clientAddress(forwardedFor: string, peer: string, proxies: TrustedProxies): string {
  let client = peer;
  for (const hop of forwardedFor.split(",").reverse()) {
    const address = addressOf(hop.trim());
    if (address === undefined) return client;
    client = address;
    if (!proxies.includes(address)) return client;
  }
  return client;
}

/** Some proxies add the port, or show IPv4 as IPv6. */
function addressOf(hop: string): string | undefined {
  const host = /^\[([^\]]+)\](?::\d+)?$/.exec(hop)?.[1] ?? /^([\d.]+):\d+$/.exec(hop)?.[1] ?? hop;
  const address = host.replace(/^::ffff:(?=[\d.]+$)/i, "");
  return isIP(address) === 0 ? undefined : address;
}
