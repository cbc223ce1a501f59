import type { Callbacks } from "../callback.js";
import { implementersOf } from "../compile.js";
import { sourceOf } from "../config/layers.js";
import { redactConfig } from "../config/redact.js";
import type { Host } from "./host.js";
import type { ServiceInfo } from "./service.js";

/** What runs, for programs. */
export function describeService<C extends Callbacks>({ name, board, calls, started }: Host<C>): ServiceInfo {
  const { chain, config, secrets, revision } = calls.current;
  return {
    name,
    adminStatus: board.admin,
    status: board.status,
    reason: board.reason,
    changedAtWallTime: board.changedAtWallTime,
    lastError: board.lastError,
    plugins: chain.map((part) => ({ name: part.name, isStarted: started.has(part) })),
    config: redactConfig(config, secrets),
    inFlight: calls.inFlight,
    revision,
  };
}

/** What runs, for people: the chain, who implements each callback and why it stands there, and the configuration. */
export function explainService<C extends Callbacks>(host: Host<C>, callbacks: Callbacks): string {
  const { board, calls, started } = host;
  const { chain, reasons, config, secrets, layers, revision } = calls.current;
  const because = (name: string) => (reasons.get(name) ?? []).join("; ");
  const width = Math.max(...chain.map(({ name }) => name.length));

  const why = board.reason === undefined ? "" : ` (${board.reason})`;
  const lines = [
    `service ${host.name}: ${board.status}${why}, wanted ${board.admin}, ${calls.inFlight} calls in flight, revision ${revision}`,
    "chain, as callbacks reach it; it starts from the bottom up:",
  ];
  for (const part of chain) {
    const state = started.has(part) ? "started" : "stopped";
    lines.push(`  ${part.name.padEnd(width)}  ${state}  ${because(part.name)}`);
  }
  lines.push("callbacks, from the top down:");
  for (const [name, callback] of Object.entries(callbacks)) {
    lines.push(`  ${name} (${callback.kind} of ${callback.arity})`);
    for (const { plugin } of implementersOf(chain, name)) lines.push(`    ${plugin.padEnd(width)}  ${because(plugin)}`);
    lines.push(`    ${ending(callback)}`);
  }
  lines.push("configuration:");
  for (const [name, value] of Object.entries(redactConfig(config, secrets))) {
    lines.push(`  ${name} = ${show(value)}  (${sourceOf(layers, name) ?? "defaults"})`);
  }
  return lines.join("\n");
}

function ending(callback: Callbacks[string]): string {
  if (callback.kind === "notify") return "everyone is told";
  if (callback.kind === "all") return "then: true";
  if (callback.fallback === undefined) return "then: UnhandledCallback";
  return callback.kind === "around" ? "then: its default" : `then: ${show(Object(callback.fallback).answer)}`;
}

function show(value: unknown): string {
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return String(value); // Not JSON, such as a bigint or an object that refers to itself.
  }
}
