import type { RateLimitState } from "@weft/contracts/admin";
import type { RateLimit } from "@weft/contracts/function";
import { Argument, type Command } from "commander";
import { parsePair } from "../arguments/pair.js";
import { parseRateLimit } from "../arguments/rate-limit.js";
import { type Gateway, gatewayTarget, withGateway } from "../gateway.js";
import { createPaint } from "../output/paint.js";
import { table } from "../output/table.js";
import type { Terminal } from "../terminal.js";
import { UsageError } from "../usage-error.js";
import type { GatewayOptions } from "./options.js";

interface LimitsOptions extends GatewayOptions {
  readonly none?: boolean;
}

const actions = ["get", "set", "reset"] as const;
type Action = (typeof actions)[number];

const heading = ["KEY", "MAX", "WINDOW", "USED", "LEFT", "LIMITER"];

/** `weft limits`: the rate limits of a gateway, and how much of them somebody has used. */
export function addLimits(command: Command, terminal: Terminal): void {
  command
    .addArgument(new Argument("<action>", "what to do").choices(actions))
    .argument("<scope>", "global, or SERVICE.FUNCTION")
    .argument("[words...]", "KEY=VALUE for get and reset, KEY=MAX/WINDOW for set")
    .option("--none", "set: no limits at all")
    .description("Show rate limits and their use, replace them until the gateway restarts, or let somebody start anew.")
    .action(async (action: Action, scope: string, words: string[], options: LimitsOptions) => {
      const run = prepared(action, scope, words, options.none === true);
      const target = gatewayTarget(options, terminal);
      await terminal.out.write(await withGateway(target, (gateway) => run(gateway, terminal, options.json === true)));
    });
}

/** Asks the gateway; answers what to print. */
type Run = (gateway: Gateway, terminal: Terminal, asJson: boolean) => Promise<string>;

/** What the words mean. Throws a UsageError before anything is asked. */
function prepared(action: Action, scope: string, words: readonly string[], none: boolean): Run {
  if (action !== "set" && none) throw new UsageError(["--none goes with set"]);
  switch (action) {
    case "get":
      return get(scope, words);
    case "set":
      return set(scope, words, none);
    case "reset":
      return reset(scope, words);
  }
}

function get(scope: string, words: readonly string[]): Run {
  const asked = words.length === 0 ? { name: "", text: "" } : keyAndValue(words, "get");
  return async (gateway, terminal, asJson) => {
    const { limits } = await gateway.admin("getRateLimit", { scope, key: asked.name, value: asked.text });
    if (asJson) return `${JSON.stringify(limits)}\n`;
    if (limits.length === 0) return "no limits\n";
    const rows = limits.map((state) => row(state, asked.text !== ""));
    return table(heading, rows, createPaint(terminal.useColor));
  };
}

function row({ limit, currentRequests, remaining, limiter }: RateLimitState, isOfSomebody: boolean): readonly string[] {
  const { key, maxRequests, windowMs } = limit as RateLimit; // the gateway always says which
  const use = isOfSomebody ? [String(currentRequests), String(remaining)] : ["-", "-"];
  return [key, String(maxRequests), `${windowMs} ms`, ...use, limiter];
}

function set(scope: string, words: readonly string[], none: boolean): Run {
  if (none === words.length > 0)
    throw new UsageError(["set takes limits such as user_id=100/10s, or --none for no limits"]);
  const limits = words.map(parseRateLimit);
  return async (gateway, _terminal, asJson) => {
    await gateway.admin("updateRateLimits", { scope, limits });
    return asJson ? `${JSON.stringify(limits)}\n` : `${limits.length} limits of ${scope}, until the gateway restarts\n`;
  };
}

function reset(scope: string, words: readonly string[]): Run {
  const { name: key, text: value } = keyAndValue(words, "reset");
  return async (gateway, _terminal, asJson) => {
    await gateway.admin("resetRateLimit", { scope, key, value });
    return asJson ? "{}\n" : `${key}=${value} starts anew in ${scope}\n`;
  };
}

function keyAndValue(words: readonly string[], action: Action): { readonly name: string; readonly text: string } {
  const pair = words.length === 1 ? parsePair(words[0] ?? "") : undefined;
  if (pair === undefined || pair.text === "")
    throw new UsageError([`${action} takes one KEY=VALUE, such as user_id=u1`]);
  return pair;
}
