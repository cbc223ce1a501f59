import type { PlainObject } from "@weft/contracts";
import { Code, Reason, WeftError } from "@weft/core";
import { invalidArguments } from "../../arguments/violations.js";
import type { Catalogue } from "../../catalogue/catalogue.js";
import type { FunctionVariant } from "../../catalogue/target.js";
import type { InternalCall } from "../../internal-call.js";
import { meshNamespaces } from "../../mesh-namespaces.js";
import { argumentsDigest, resultPrefix } from "./result-key.js";

const largestPage = 100;
const limitMs = 2_000;

export interface InvalidateOptions {
  callInternally(call: InternalCall): Promise<unknown>;
  readonly catalogue: Catalogue;
}

/** Which results are meant. */
export interface Results {
  readonly service: string;
  readonly functionName: string;
  /** Those of one call, as the function's key arguments name them; undefined: all. */
  readonly keyArguments: PlainObject | undefined;
}

/**
 * Removes kept results of a function from every node of the cache, those of all its versions. Answers how many there were.
 * A call that is under way may keep its result afterwards. Throws FUNCTION_NOT_FOUND, INVALID_ARGUMENT, or what a node of
 * the cache fails with.
 */
export async function invalidateResults(results: Results, options: InvalidateOptions): Promise<number> {
  const { catalogue } = options;
  const endings = endingsOf(results, catalogue);
  const target = catalogue.find("cache", "list", "");
  if (target === undefined || target === "disabled") return 0;
  const prefix = resultPrefix(results.service, results.functionName);
  let removed = 0;
  for (const peer of target.candidates) {
    const ask = (functionName: string, args: PlainObject) =>
      options.callInternally({
        service: "cache",
        functionName,
        args: { ...args, namespace: meshNamespaces.results },
        timeoutMs: limitMs,
        peer,
      });
    for (const suffix of endings) removed += await removeMatching({ prefix, suffix }, ask);
  }
  return removed;
}

/** What the keys of these results end with. */
function endingsOf({ service, functionName, keyArguments }: Results, catalogue: Catalogue): ReadonlySet<string> {
  const versions = catalogue.services.get(service)?.snapshot.get(functionName)?.versions;
  if (versions === undefined)
    throw new WeftError(Code.NotFound, `no function ${service}.${functionName}`, {
      reason: Reason.FunctionNotFound,
      metadata: { service, function: functionName },
    });
  if (keyArguments === undefined) return new Set([""]);
  const cached = [...versions.values()].filter(({ variant }) => variant.config.resultCache !== undefined);
  return new Set(cached.map(({ variant }) => `:${argumentsDigest(variant, completed(keyArguments, variant))}`));
}

/** The arguments with their defaults. Those that make up no key may be missing, but none may be made up. */
function completed(args: PlainObject, { config, arguments: compiled }: FunctionVariant): PlainObject {
  const names = config.resultCache?.keyArguments ?? [];
  const { values, violations } = compiled.check(args);
  const isKey = ({ field }: { readonly field: string }) =>
    names.length === 0 || names.some((name) => field === `args.${name}`);
  const wrong = violations.filter((violation) => isKey(violation) || violation.description.startsWith("extra"));
  if (wrong.length > 0) throw invalidArguments(wrong);
  return values;
}

type AskCache = (functionName: string, args: PlainObject) => Promise<unknown>;

interface Page {
  readonly items: readonly { readonly key: string }[];
  readonly total_count: number;
}

/** Pages begin at the start, since what was listed before is gone; so many entries as there were at first, and no more. */
async function removeMatching(keys: { prefix: string; suffix: string }, ask: AskCache): Promise<number> {
  const { prefix, suffix } = keys;
  const filter = { filter_type: "pattern", filter_prefix: prefix, filter_suffix: suffix, this_node: true };
  let limit = largestPage;
  let removed = 0;
  let left = Number.POSITIVE_INFINITY;
  while (left > 0) {
    const page = await list({ ...filter, limit }, ask);
    if (page === undefined) limit = Math.ceil(limit / 2);
    else {
      left = Math.min(left, page.total_count) - page.items.length;
      for (const { key } of page.items) {
        const answer = (await ask("remove", { key })) as { readonly removed: boolean };
        if (answer.removed) removed++;
      }
    }
  }
  return removed;
}

/** Undefined: the page is larger than an answer may be, since it holds the values too. */
async function list(args: PlainObject & { readonly limit: number }, ask: AskCache): Promise<Page | undefined> {
  try {
    return (await ask("list", args)) as Page;
  } catch (error) {
    if (error instanceof WeftError && error.reason === Reason.PayloadTooLarge && args.limit > 1) return undefined;
    throw error;
  }
}
