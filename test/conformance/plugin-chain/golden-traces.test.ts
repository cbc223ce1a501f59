import { expect, test } from "@jest/globals";
import { fakeClock } from "@weft/core/testkit";
import { createService, type Plugin, type Service } from "@weft/plugin-chain";
import { settle, type Trace, taken, traced } from "./traced.js";
import { createWorker, type Worker } from "./worker.js";

interface Stage {
  readonly service: Service<Record<never, never>>;
  readonly worker: Worker;
  readonly n: Plugin;
  readonly b: Plugin;
  advance(ms: number): Promise<void>;
}

type Fault = Partial<Record<"S" | "A" | "B", Partial<Plugin>>>;

const fails = () => {
  throw new Error("no");
};

/** One row of the golden table: S top, then B, A, base; B needs A; S lists B. */
interface Row {
  readonly id: string;
  readonly title: string;
  readonly lists?: "B" | "N" | "nothing";
  readonly fault?: Fault;
  /** Before the trace is looked at. */
  arrange?(stage: Stage): Promise<unknown>;
  act(stage: Stage): Promise<unknown>;
  readonly trace: string;
}

const rows: readonly Row[] = [
  {
    id: "P15",
    title: "first start",
    act: async () => {},
    trace: "merge S,B,A · serviceConfig S · config S,B,A · start A,B,S · status(running) S,B,A",
  },
  {
    id: "P18",
    title: "pause",
    arrange: async () => {},
    act: ({ service }) => service.setAdminStatus("pause"),
    trace: "status(pausing) S,B,A · status(paused) S,B,A",
  },
  {
    id: "P19",
    title: "inactive",
    arrange: async () => {},
    act: ({ service }) => service.setAdminStatus("inactive"),
    trace: "status(stopping) S,B,A · stop S,B,A · status(stopped) S,B,A",
  },
  {
    id: "P16",
    title: "stop() after inactive",
    arrange: ({ service }) => service.setAdminStatus("inactive"),
    act: ({ service }) => service.stop(),
    trace: "",
  },
  {
    id: "P17",
    title: "A's children end for good",
    arrange: async () => {},
    act: async ({ worker, advance }) => {
      await worker.killForGood();
      await advance(750);
    },
    trace: "status(failed) S,B,A · start A · status(running) S,B,A",
  },
  {
    id: "P17",
    title: "restartPlugin A",
    arrange: async () => {},
    act: ({ service }) => service.restartPlugin("A"),
    trace: "stop A · start A",
  },
  {
    id: "P23",
    title: "reconfigure",
    arrange: async () => {},
    act: ({ service }) => service.reconfigure({ k: 1 }),
    trace: "merge S,B,A · config S,B,A · updated A,B,S",
  },
  {
    id: "P24",
    title: "reconfigure, B's merge fails",
    fault: { B: { merge: (_current, update) => (update.k === undefined ? undefined : fails()) } },
    arrange: async () => {},
    act: ({ service }) => expect(service.reconfigure({ k: 1 })).rejects.toMatchObject({ plugin: "B", hook: "merge" }),
    trace: "merge S,B",
  },
  {
    id: "P23",
    title: "reconfigure, B's updated fails",
    fault: { B: { updated: fails } },
    arrange: async () => {},
    act: async ({ service }) => {
      const { plugins } = await service.reconfigure({ k: 1 });
      expect(plugins.find(({ plugin }) => plugin === "B")).toMatchObject({
        outcome: "kept",
        error: { plugin: "B", hook: "updated" },
      });
      expect(service.config).toEqual({ k: 1 });
    },
    trace: "merge S,B,A · config S,B,A · updated A,B,S",
  },
  {
    id: "P27",
    title: "reconfigure(plugins: [N]), N independent",
    arrange: async () => {},
    act: ({ service, n }) => service.reconfigure({ plugins: [n] }),
    trace: "merge S,N · config S,N · start N · updated N,S · stop B,A",
  },
  {
    id: "P28",
    title: "add B to a running service without it",
    lists: "nothing",
    arrange: async () => {},
    act: ({ service, b }) => service.addPlugin(b),
    trace: "start A,B",
  },
  {
    id: "P28",
    title: "add B with config, to a service listing N",
    lists: "N",
    arrange: async () => {},
    act: ({ service, b }) => service.addPlugin(b, { k: 1 }),
    trace: "merge S,B,A,N · config S,B,A,N · start A,B",
  },
];

test.each(rows.map((row) => [row.id, row.title, row] as const))(
  "plugin-chain %s: golden trace of %s",
  async (_id, _title, { lists = "B", fault = {}, arrange, act, trace: golden }) => {
    const trace: Trace = [];
    const clock = fakeClock();
    const worker = createWorker();
    const a = traced(trace, "A", { start: () => worker.children, ...fault.A });
    const b = traced(trace, "B", { deps: ["A"], ...fault.B });
    const n = traced(trace, "N");
    const service = createService({
      service: traced(trace, "S", {
        callbacks: {
          serviceConfig(config) {
            trace.push("serviceConfig S");
            return config;
          },
        },
        ...fault.S,
      }),
      callbacks: {},
      plugins: { B: [b], N: [n], nothing: [] }[lists],
      catalogue: [a],
      clock,
      random: () => 0.5,
    });
    const stage: Stage = {
      service,
      worker,
      n,
      b,
      async advance(ms) {
        clock.advance(ms);
        await settle();
      },
    };

    await service.start();
    if (arrange !== undefined) {
      await arrange(stage);
      trace.splice(0);
    }
    await act(stage);

    expect(taken(trace)).toBe(golden);
  },
);

test("plugin-chain P26: golden result of three layers, and of a reconfiguration after them", async () => {
  const service = createService({
    service: { name: "S" },
    callbacks: {},
    plugins: [],
    config: { k: "static", nest: { z: 1 }, s: 1 },
    environment: { k: "app", only_app: 1, nest: { a: 1, b: 2 } },
  });
  await service.start({ config: { k: "runtime", nest: { b: 9 } } });
  const golden = { s: 1, only_app: 1, k: "runtime", nest: { z: 1, a: 1, b: 9 } };
  expect(service.config).toEqual(golden);

  await service.reconfigure({ q: 1 });
  expect(service.config).toEqual({ ...golden, q: 1 });
});
