import { readFileSync } from "node:fs";
import { isIPv4 } from "node:net";
import { ConfigError } from "@weft/core";
import type { ServiceSettings } from "../settings.js";

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
  let token: string;
  try {
    token = readFileSync(meshTokenFile, "utf8").trim();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new ConfigError([`WEFT_MESH_TOKEN_FILE: cannot read ${JSON.stringify(meshTokenFile)} (${code})`]);
  }
  if (!/^[\x21-\x7e]{16,512}$/.test(token))
    throw new ConfigError(["WEFT_MESH_TOKEN_FILE: the token must be 16 to 512 visible ASCII characters"]);
  return token;
}

function isLoopback(address: string): boolean {
  const host = address.slice(0, address.lastIndexOf(":"));
  return host === "localhost" || host === "[::1]" || (isIPv4(host) && host.startsWith("127."));
}
