import type { Arguments } from "@weft/client";
import type { Argument } from "@weft/contracts/function";
import { UsageError } from "../usage-error.js";
import { type Pair, parsePair } from "./pair.js";
import { parseJson, typedValue } from "./typed-value.js";

export interface ArgumentWords {
  /** The `name=value` and `name:=JSON` of the command line. */
  readonly pairs: readonly string[];
  /** A JSON object, over which the pairs win. */
  readonly json: string | undefined;
}

/**
 * The arguments of a call as the command line gives them. Asks for the function's declarations only where a pair's type
 * depends on them. Throws a UsageError that names every problem.
 */
export async function readArguments(
  words: ArgumentWords,
  declarations: () => Promise<readonly Argument[]>,
): Promise<Arguments> {
  const problems: string[] = [];
  const args: Record<string, unknown> = Object.create(null); // a name may be __proto__
  if (words.json !== undefined) Object.assign(args, readObject(words.json, problems));

  const pairs = readPairs(words.pairs, problems);
  if (problems.length > 0) throw new UsageError(problems);
  const declared = pairs.some(({ isJson }) => !isJson) ? await declarations() : [];
  for (const { name, text, isJson } of pairs) {
    const read = isJson
      ? jsonValue(name, text)
      : typedValue(
          name,
          text,
          declared.find((argument) => argument.name === name),
        );
    if ("problem" in read) problems.push(read.problem);
    else args[name] = read.value;
  }
  if (problems.length > 0) throw new UsageError(problems);
  return args;
}

function readObject(text: string, problems: string[]): object {
  const value = parseJson(text);
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value;
  problems.push(`--args must be a JSON object, got ${text}`);
  return {};
}

function readPairs(tokens: readonly string[], problems: string[]): readonly Pair[] {
  const pairs = new Map<string, Pair>();
  for (const token of tokens) {
    const pair = parsePair(token);
    if (pair === undefined) problems.push(`"${token}" is no argument: write name=value, or name:=JSON`);
    else if (pairs.has(pair.name)) problems.push(`${pair.name} is given twice`);
    else pairs.set(pair.name, pair);
  }
  return [...pairs.values()];
}

function jsonValue(name: string, text: string) {
  const value = parseJson(text);
  return value === undefined ? { problem: `${name} takes JSON after :=, got ${text}` } : { value };
}
