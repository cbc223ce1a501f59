import type { Plugin } from "@weft/plugin-chain";

/** What happened, in order: `start A`, `status(running) S`. */
export type Trace = string[];

/** A plugin that writes every hook and every status into the trace, then does what `behaviour` says. */
export function traced(trace: Trace, name: string, behaviour: Partial<Plugin> = {}): Plugin {
  const note = (event: string) => void trace.push(`${event} ${name}`);
  return {
    ...behaviour,
    name,
    merge(current, update, context) {
      note("merge");
      return behaviour.merge?.(current, update, context);
    },
    config(config, context) {
      note("config");
      return behaviour.config?.(config, context);
    },
    start(own, context) {
      note("start");
      return behaviour.start?.(own, context);
    },
    stop(own, context) {
      note("stop");
      return behaviour.stop?.(own, context);
    },
    updated(before, after, context) {
      note("updated");
      return behaviour.updated?.(before, after, context);
    },
    callbacks: { ...behaviour.callbacks, statusChanged: ({ status }) => note(`status(${status})`) },
  };
}

/** The trace since the last look, as `start A,B · status(running) B,A`. */
export function taken(trace: Trace): string {
  const groups: { event: string; names: string[] }[] = [];
  for (const line of trace.splice(0)) {
    const [event = "", name = ""] = line.split(" ");
    const last = groups.at(-1);
    if (last?.event === event) last.names.push(name);
    else groups.push({ event, names: [name] });
  }
  return groups.map(({ event, names }) => `${event} ${names.join(",")}`).join(" · ");
}

/** Lets everything that waits for no timer happen. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
}
