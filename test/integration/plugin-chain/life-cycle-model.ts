import { type FakeClock, fakeClock } from "@weft/core/testkit";
import { type Child, type Children, createService, type HookName, type Plugin, type Service } from "@weft/plugin-chain";

export type FaultKind = "throws" | "hangs" | "late" | "nonsense";
export const faultyHooks = ["merge", "config", "start", "stop", "updated"] as const satisfies HookName[];

export interface Fault {
  readonly plugin: string;
  readonly hook: (typeof faultyHooks)[number];
  readonly kind: FaultKind;
}

export const hookTimeLimitMs = 1_000;

/** Who needs whom: `a` is the lowest. `d` needs nobody. */
const deps: Readonly<Record<string, readonly string[]>> = { a: [], b: ["a"], c: ["b", "a"], d: [] };
export const pluginNames = Object.keys(deps);

/**
 * A service whose plugins keep the books: who runs, by their own account. Whatever breaks a rule of the life cycle is
 * noted in `violations` the moment it happens.
 */
export class LifeCycleModel {
  readonly clock: FakeClock = fakeClock();
  readonly violations: string[] = [];
  readonly service: Service<Record<never, never>>;
  /** By their own account: started, and neither stopped nor lost their children. */
  readonly running = new Set<string>();
  readonly #plugins = new Map<string, Plugin>();
  readonly #killers = new Map<string, () => void>();
  /** They were restarted, or lost their children, while those who need them ran on: here order proves nothing. */
  readonly #alone = new Set<string>();
  readonly #faults = new Set<Fault>();

  constructor(listed: readonly string[] = ["c", "d"]) {
    for (const name of pluginNames) this.#plugins.set(name, this.#plugin(name, deps[name] ?? []));
    this.service = createService({
      service: this.#plugin("S", []),
      callbacks: {},
      plugins: listed.map((name) => this.plugin(name)),
      catalogue: [...this.#plugins.values()],
      clock: this.clock,
      random: () => 0.5,
      hookTimeLimitMs,
    });
  }

  plugin(name: string): Plugin {
    return this.#plugins.get(name) as Plugin;
  }

  /** The next call of that hook goes wrong. */
  break(fault: Fault): void {
    this.#faults.add(fault);
  }

  heal(): void {
    this.#faults.clear();
  }

  /** Waits for a management call, letting time pass if it waits for a hook. The answer is what it threw. */
  async settle(call: Promise<unknown>): Promise<unknown> {
    let isOver = false;
    const outcome = call.then(
      () => undefined,
      (error: unknown) => error,
    );
    const over = outcome.then((error) => {
      isOver = true;
      return error;
    });
    await this.pass(0);
    for (let waits = 0; !isOver && waits < 50; waits++) await this.pass(hookTimeLimitMs / 2);
    if (!isOver) this.violations.push("a management call never ended");
    return isOver ? over : undefined;
  }

  async pass(ms: number): Promise<void> {
    for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
    this.clock.advance(ms);
    for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
  }

  async restart(name: string): Promise<unknown> {
    this.#alone.add(name);
    return this.settle(this.service.restartPlugin(name));
  }

  /** Ends the children of a plugin for good, if it runs. */
  async killChildren(name: string): Promise<void> {
    this.#killers.get(name)?.();
    await this.pass(0);
  }

  /** What runs must be what the chain says, at rest. */
  check(): void {
    const { plugins, status } = this.service.info();
    const chain = plugins.map(({ name }) => name).filter((name) => name !== "base");
    const claimed = plugins.filter(({ name, isStarted }) => name !== "base" && isStarted).map(({ name }) => name);
    const runs = [...this.running];
    const rule = (holds: boolean, text: string) => {
      if (!holds) this.violations.push(`${text} (${status}; runs ${runs}; chain ${chain}; claimed ${claimed})`);
    };
    rule(same(runs, claimed), "what runs is not what the service says");
    if (status === "running") rule(same(runs, chain), "the service is running, but not all of its chain, or more");
    if (status === "stopped" || status === "unknown")
      rule(runs.length === 0, "the service is stopped, but plugins run");
  }

  #plugin(name: string, needs: readonly string[]): Plugin {
    const faulty = <Result>(hook: Fault["hook"], work: () => Result): Result | Promise<Result> => {
      const fault = [...this.#faults].find((one) => one.plugin === name && one.hook === hook);
      if (fault === undefined) return work();
      this.#faults.delete(fault);
      switch (fault.kind) {
        case "throws":
          throw new Error(`${name} broke in ${hook}`);
        case "hangs":
          return new Promise(() => {});
        case "late":
          return new Promise((resolve) => this.clock.after(hookTimeLimitMs * 1.5, () => resolve(work())));
        case "nonsense":
          work();
          return 7 as never;
      }
    };
    return {
      name,
      deps: needs,
      merge: () => faulty("merge", () => undefined),
      config: () => faulty("config", () => undefined),
      updated: () => faulty("updated", () => undefined),
      start: () => {
        this.#checkNeeds(name, needs);
        return faulty("start", () => this.#started(name));
      },
      stop: () => {
        this.#stopped(name); // it counts as stopped, whatever the hook does
        return faulty("stop", () => undefined);
      },
    };
  }

  #checkNeeds(name: string, needs: readonly string[]): void {
    for (const need of needs) {
      if (!this.running.has(need) && !this.#alone.has(need)) this.violations.push(`${name} started before ${need}`);
    }
  }

  #started(name: string): Children {
    if (this.running.has(name)) this.violations.push(`${name} started twice`);
    this.running.add(name);
    const child: Child = {
      name: "child",
      run: (signal) =>
        new Promise<void>((resolve, reject) => {
          signal.addEventListener("abort", () => resolve());
          this.#killers.set(name, () => {
            this.running.delete(name);
            this.#alone.add(name);
            reject(new Error("killed"));
          });
        }).finally(() => this.#killers.delete(name)),
    };
    return { maxRestarts: 0, children: [child] };
  }

  #stopped(name: string): void {
    if (!this.running.delete(name)) this.violations.push(`${name} stopped, but it did not run`);
    for (const other of this.running) {
      const isNeeded = deps[other]?.includes(name) ?? false;
      if (isNeeded && !this.#alone.has(name)) this.violations.push(`${name} stopped under ${other}`);
    }
  }
}

function same(some: readonly string[], others: readonly string[]): boolean {
  return some.length === others.length && some.every((one) => others.includes(one));
}
