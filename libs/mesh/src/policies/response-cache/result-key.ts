import { decodeJsonObject, type PlainObject } from "@weft/contracts";
import { type Call, targetOf } from "../../call.js";
import type { FunctionVariant } from "../../catalogue/target.js";
import { digest } from "../digest.js";

/** What the keys of all results begin with. */
export const allResults = "result:";

/** What the keys of all results of a function begin with, whatever the version. */
export function resultPrefix(service: string, functionName: string): string {
  return `${allResults}${service}.${functionName}@`;
}

/** Where the result of a call is kept: results of another version, or of another definition, are not mixed up with it. */
export function resultKey(call: Call): string {
  const { variant } = targetOf(call);
  const { service, function: name, version = "", hash } = variant.config;
  return `${resultPrefix(service, name)}${version}:${hash}:${argumentsDigest(variant, decodeJsonObject(call.argsJson).value)}`;
}

/** The end of such a key. `args` are checked, with their defaults. */
export function argumentsDigest({ config }: FunctionVariant, args: PlainObject): string {
  const names = config.resultCache?.keyArguments ?? [];
  if (names.length === 0) return digest(args);
  const picked: PlainObject = Object.create(null);
  for (const name of names) picked[name] = args[name];
  return digest(picked);
}
