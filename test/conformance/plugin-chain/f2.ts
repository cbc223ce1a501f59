import { type FakeClock, fakeClock } from "@weft/core/testkit";
import { type Config, createService, type Plugin, type Service, type StartOptions } from "@weft/plugin-chain";
import { type Trace, traced } from "./traced.js";
import { createWorker, type Worker } from "./worker.js";

export interface F2 {
  readonly service: Service<Record<never, never>>;
  readonly p: Plugin;
  readonly q: Plugin;
  readonly trace: Trace;
  readonly worker: Worker;
  readonly clock: FakeClock;
}

export interface F2Behaviours {
  readonly s?: Partial<Plugin>;
  readonly p?: Partial<Plugin>;
  readonly q?: Partial<Plugin>;
  /** What S lists. Defaults to P. */
  readonly plugins?: "none";
}

/** The fixture F2 of the reference, traced. Nothing has started. */
export function f2({ s, p, q, plugins }: F2Behaviours = {}): F2 {
  const trace: Trace = [];
  const clock = fakeClock();
  const worker = createWorker(() => trace.push("end child"));
  const top = traced(trace, "S", { config: addsOne("s"), ...s });
  const upper = traced(trace, "P", { deps: ["Q"], config: addsOne("p"), start: () => worker.children, ...p });
  const lower = traced(trace, "Q", { config: addsOne("q"), ...q });
  const service = createService({
    service: top,
    callbacks: {},
    plugins: plugins === "none" ? [] : [upper],
    catalogue: [lower],
    config: { p: { a: 1 }, s: { a: 3 } },
    clock,
    random: () => 0.5,
  });
  return { service, p: upper, q: lower, trace, worker, clock };
}

/** F2 after its start. */
export async function runningF2(behaviours: F2Behaviours = {}, options: StartOptions<Record<never, never>> = {}) {
  const fixture = f2(behaviours);
  await fixture.service.start(options);
  fixture.trace.splice(0);
  return fixture;
}

/** Writes b = a + 1 into a part of the configuration that has an a. */
function addsOne(key: string) {
  return (config: Config): Config | undefined => {
    const own = config[key] as { a?: number } | undefined;
    return own?.a === undefined ? undefined : { ...config, [key]: { ...own, b: own.a + 1 } };
  };
}
