import { Code, Reason, WeftError } from "@weft/core";
import { parseAddress } from "./address.js";

/** What WEFT_DISCOVERY says. */
export type DiscoverySetting =
  /** Without an address: this process serves the registry itself. */
  | { readonly kind: "embedded"; readonly address?: string }
  | { readonly kind: "consul"; readonly host: string; readonly port: number };

const forms = '"embedded", "embedded:HOST:PORT" or "consul:HOST:PORT"';

/** Reads the setting. Throws INVALID_ARGUMENT, naming the accepted forms. */
export function parseDiscovery(text: string): DiscoverySetting {
  if (text === "embedded") return { kind: "embedded" };
  const [, kind, address = ""] = /^(embedded|consul):(.+)$/.exec(text) ?? [];
  const at = parseAddress(address);
  if (kind === "embedded" && at !== undefined) return { kind, address };
  if (kind === "consul" && at !== undefined) return { kind, ...at };
  throw new WeftError(Code.InvalidArgument, `discovery must be ${forms}, got "${text}"`, {
    reason: Reason.InvalidArgument,
  });
}
