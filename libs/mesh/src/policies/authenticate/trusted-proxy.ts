import { cont, type Plugin } from "@weft/plugin-chain";
import type { Connection } from "../../connection.js";
import type { Pipeline } from "../../pipeline.js";
import { cleanRoles, isId } from "./claims.js";
import { clientAddress, type TrustedProxies } from "./trusted-proxies.js";
import { badCredentials, type Way } from "./way.js";

/**
 * `x-weft-user` and `x-weft-roles` (comma-separated) of a proxy that has authenticated its client. From everybody else
 * they mean nothing. The proxy must set or remove both on every request.
 */
export function trustedProxy(proxies: TrustedProxies): Way {
  return {
    name: "trusted-proxy",
    authenticate(connection: Connection) {
      const userId = connection.metadata("x-weft-user");
      if (userId === "" || !proxies.includes(connection.transportAddress)) return undefined;
      // HTTP/2 joins a header that came twice: the client's own and the proxy's.
      if (userId.includes(",") || !isId(userId)) throw badCredentials("x-weft-user is no single user id");
      const roles = cleanRoles(
        connection
          .metadata("x-weft-roles")
          .split(",")
          .map((role) => role.trim()),
      );
      return { identity: { userId, roles, tenant: "", deviceId: "" }, expiresAt: Number.POSITIVE_INFINITY };
    },
  };
}

/** Takes the client's address from a trusted proxy, for everything that goes by address. */
export function forwardedAddress(proxies: TrustedProxies): Plugin<Pipeline> {
  return {
    name: "forwarded-address",
    before: ["authenticate"],
    callbacks: {
      connect(connection) {
        const { transportAddress } = connection;
        const forwardedFor = connection.metadata("x-forwarded-for");
        if (forwardedFor !== "" && proxies.includes(transportAddress))
          connection.peerAddress = clientAddress(forwardedFor, transportAddress, proxies);
        return cont;
      },
    },
  };
}
