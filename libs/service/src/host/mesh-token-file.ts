import { isIPv4 } from "node:net";
import { ConfigError } from "@weft/core";
import type { ServiceSettings } from "../settings.js";
import { readTokenFile } from "./token-file.js";

/**
 * The token that callers in the mesh must send, if there is one. Beyond loopback there must be: whoever reaches the mesh
 * port says who the caller is.
 */
export function readMeshToken(settings: ServiceSettings): string | undefined {
  const { meshTokenFile, meshListen } = settings;
  if (meshTokenFile === undefined) {
    if (isLoopback(meshListen)) return undefined;
    throw new ConfigError([
      `WEFT_MESH_LISTEN: ${meshListen} is not a loopback address, so WEFT_MESH_TOKEN_FILE must name a file with a token`,
    ]);
  }
  return readTokenFile(meshTokenFile, "WEFT_MESH_TOKEN_FILE");
}

function isLoopback(address: string): boolean {
  const host = address.slice(0, address.lastIndexOf(":"));
  return host === "localhost" || host === "[::1]" || (isIPv4(host) && host.startsWith("127."));
}
