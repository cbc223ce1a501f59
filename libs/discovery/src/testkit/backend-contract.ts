import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import type { Backend } from "../backend.js";
import { createNode, type Node } from "../node.js";
import { type Registrar, registerNode } from "../registrar.js";
import { watchNodes } from "../watcher.js";

/** A running registry, and how to reach and to break it. */
export interface BackendHarness {
  /** A backend as a process of its own would have it. The suite closes it. */
  connect(): Backend;
  /** Ends the registry as a crash does, and starts an empty one at the same address. */
  stop(): Promise<void>;
  start(): Promise<void>;
  /** Ends the registry for good. */
  close(): Promise<void>;
}

export interface BackendContractOptions {
  /** What frees the place of a process that died: the end of its connection, or time only (not waited for). */
  readonly crash: "connection" | "time";
  /** Why the suite cannot run here. Its tests are reported as skipped. */
  readonly skip?: string | undefined;
}

/** What every backend does, whichever registry stands behind it. */
export function backendContract(
  name: string,
  start: () => Promise<BackendHarness>,
  options: BackendContractOptions,
): void {
  const suite = options.skip === undefined ? describe : describe.skip;
  suite(`${name} backend`, () => {
    let harness: BackendHarness;
    let ended = new AbortController();
    const backends: Backend[] = [];
    const registrars: Registrar[] = [];

    beforeAll(async () => {
      harness = await start();
    });
    afterEach(async () => {
      await Promise.all(registrars.splice(0).map((registrar) => registrar.deregister()));
      ended.abort(new Error("the test is over"));
      ended = new AbortController();
      for (const backend of backends.splice(0)) backend.close();
    });
    afterAll(() => harness.close());

    function connect(): Backend {
      const backend = harness.connect();
      backends.push(backend);
      return backend;
    }

    async function registered(backend: Backend, node: Node) {
      const lease = backend.lease(() => {});
      await lease.put(node, ended.signal);
      return {
        put: (changed: Node) => lease.put(changed, ended.signal),
        release: () => lease.release(ended.signal),
      };
    }

    test("an unknown service has an empty list", async () => {
      const lists = connect().watch(uniqueService(), ended.signal);

      expect(await first(lists)).toEqual([]);
    });

    test("a registered node appears as it described itself", async () => {
      const node = someNode(uniqueService(), { zone: "a", weight: 3, version: "1.2.3", link: true });
      const lists = connect().watch(node.service, ended.signal);
      const lease = await registered(connect(), node);

      expect(await until(lists, (nodes) => nodes.length > 0)).toEqual([node]);
      await lease.release();
    });

    test("a second node joins the first", async () => {
      const service = uniqueService();
      const [one, two] = [someNode(service), someNode(service)];
      const lists = connect().watch(service, ended.signal);
      const leases = [await registered(connect(), one), await registered(connect(), two)];

      const nodes = await until(lists, (list) => list.length === 2);
      expect(addresses(nodes)).toEqual(addresses([one, two]));
      for (const lease of leases) await lease.release();
    });

    test("a new revision and a drain are seen, each as a whole list", async () => {
      const node = someNode(uniqueService());
      const lease = await registered(connect(), node);
      const lists = connect().watch(node.service, ended.signal)[Symbol.asyncIterator]();

      await lease.put({ ...node, revision: "r2" });
      expect(await untilNext(lists, ([seen]) => seen?.revision === "r2")).toHaveLength(1);
      await lease.put({ ...node, revision: "r2", draining: true });
      expect(await untilNext(lists, ([seen]) => seen?.draining === true)).toEqual([
        { ...node, revision: "r2", draining: true },
      ]);
      await lease.release();
    });

    test("a released node is gone at once, and may be put there again", async () => {
      const node = someNode(uniqueService());
      const lists = connect().watch(node.service, ended.signal)[Symbol.asyncIterator]();
      const lease = await registered(connect(), node);
      await untilNext(lists, (nodes) => nodes.length === 1);

      await lease.release();
      expect(await untilNext(lists, (nodes) => nodes.length === 0)).toEqual([]);
      await lease.release(); // nothing there, nothing happens
      await lease.put(node);
      expect(await untilNext(lists, (nodes) => nodes.length === 1)).toEqual([node]);
      await lease.release();
    });

    const whenConnectionCounts = options.crash === "connection" ? test : test.skip;
    const reason = options.crash === "connection" ? "" : " [skipped: this registry notices a death by time alone]";
    whenConnectionCounts(`the node of a process that died is gone at once${reason}`, async () => {
      const node = someNode(uniqueService());
      const lists = connect().watch(node.service, ended.signal)[Symbol.asyncIterator]();
      const crashing = connect();
      await registered(crashing, node);
      await untilNext(lists, (nodes) => nodes.length === 1);

      crashing.close();
      expect(await untilNext(lists, (nodes) => nodes.length === 0)).toEqual([]);
    });

    test("a restart at the same address replaces the node, whether or not the old one has left", async () => {
      const node = someNode(uniqueService());
      const restarted = createNode({ ...node, incarnation: node.incarnation + 1 });
      const old = await registered(connect(), node);
      const lease = await registered(connect(), restarted);
      const watch = watchNodes(connect(), node.service, { signal: ended.signal });

      await when(() => watch.current[0]?.id === restarted.id);
      expect(watch.current).toEqual([restarted]);
      await lease.release();
      await old.release();
    });

    test("services are listed while they have nodes", async () => {
      const node = someNode(uniqueService());
      const names = connect().services(ended.signal)[Symbol.asyncIterator]();
      const lease = await registered(connect(), node);

      await untilNext(names, (list) => list.includes(node.service));
      await lease.release();
      expect(await untilNext(names, (list) => !list.includes(node.service))).not.toContain(node.service);
    });

    test("an abort ends a waiting watch with the signal's reason", async () => {
      const abort = new AbortController();
      const lists = connect().watch(uniqueService(), abort.signal)[Symbol.asyncIterator]();
      await lists.next();
      const waiting = lists.next();

      abort.abort("enough");
      await expect(waiting).rejects.toBe("enough");
      await expect(connect().services(abort.signal)[Symbol.asyncIterator]().next()).rejects.toBe("enough");
    });

    test("the watch throws when the registry dies; watcher and registrar ride it out", async () => {
      const node = someNode(uniqueService());
      const quick = { random: () => 0 };
      const registrar = registerNode(connect(), node, quick);
      registrars.push(registrar);
      const watch = watchNodes(connect(), node.service, { ...quick, signal: ended.signal });
      await when(() => watch.current.length === 1);
      const bare = connect().watch(node.service, ended.signal)[Symbol.asyncIterator]();
      await bare.next();

      const failed = expect(bare.next()).rejects.toMatchObject({ code: 14 });
      await harness.stop();
      await failed;
      await when(() => watch.staleMs > 0);
      expect(watch.current).toEqual([node]);

      await harness.start();
      await when(() => watch.staleMs === 0);
      await registrar.update({ revision: "r2" });
      await when(() => watch.current[0]?.revision === "r2");
      await registrar.deregister();
      expect(await first(connect().watch(node.service, ended.signal))).toEqual([]);
    }, 60_000);
  });
}

let made = 0;

function uniqueService(): string {
  made += 1;
  return `contract-${process.pid}-${made}`;
}

function someNode(service: string, fields: Partial<Node> = {}): Node {
  made += 1;
  return createNode({
    service,
    address: `127.0.0.1:${10_000 + made}`,
    incarnation: 1_000 + made,
    weight: 1,
    ...fields,
  });
}

const addresses = (nodes: readonly Node[]) => nodes.map((node) => node.address).sort();

async function first<T>(lists: AsyncIterable<T>): Promise<T> {
  return until(lists, () => true);
}

async function until<T>(lists: AsyncIterable<T>, isIt: (list: T) => boolean): Promise<T> {
  for await (const list of lists) if (isIt(list)) return list;
  throw new Error("the lists ended");
}

/** Like `until`, but leaves the watch open. */
async function untilNext<T>(lists: AsyncIterator<T>, isIt: (list: T) => boolean): Promise<T> {
  for (;;) {
    const { value, done } = await lists.next();
    if (done === true) throw new Error("the lists ended");
    if (isIt(value)) return value;
  }
}

/** The condition comes true through real sockets: asked for until then, limited by the test's own time limit. */
async function when(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await new Promise((resolve) => setTimeout(resolve, 5));
}
