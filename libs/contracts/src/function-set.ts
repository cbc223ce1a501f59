import { createHash } from "node:crypto";
import { FunctionConfig } from "./gen/weft/v1/function.js";

/** What tells one definition of a function from another: SHA-256 over the message with `hash` empty, 16 hex digits. */
export function functionHash(config: FunctionConfig): string {
  return digest([FunctionConfig.encode({ ...config, hash: "" }).finish()]);
}

/** What tells one function set from another: a digest of its functions' hashes, whatever their order. */
export function setRevision(functions: readonly FunctionConfig[]): string {
  return digest(functions.map((config) => config.hash).sort());
}

function digest(parts: readonly (string | Uint8Array)[]): string {
  const sha = createHash("sha256");
  for (const part of parts) sha.update(part);
  return sha.digest("hex").slice(0, 16);
}
