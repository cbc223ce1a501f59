import { expect, test } from "@jest/globals";
import { encodeJson } from "@weft/contracts";
import { fakeClock } from "@weft/core/testkit";
import type { Catalogue } from "../../catalogue/catalogue.js";
import type { Peer } from "../../peers/peer.js";
import { createNearResults } from "./near-results.js";

async function settle(): Promise<void> {
  for (let turn = 0; turn < 50; turn++) await Promise.resolve();
}

/** A node of the cache whose stream the test writes. */
function cacheNode(id: string) {
  const queue: (object | undefined)[] = [];
  const requests: { readonly argsJson: Buffer; readonly service: string; readonly function: string }[] = [];
  let wake = () => {};
  async function* items(signal: AbortSignal) {
    signal.addEventListener("abort", () => wake(), { once: true });
    for (;;) {
      for (let next = queue.shift(); next !== undefined; next = queue.shift())
        yield {
          sequence: 1,
          json: encodeJson({ position: { epoch: id, sequence: 1 }, gap: false, changes: [], ...next }),
        };
      if (signal.aborted || isCut) throw new Error("over");
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  }
  let isCut = false;
  const open = async (request: (typeof requests)[number], { signal }: { signal: AbortSignal }) => {
    requests.push(request);
    return items(signal);
  };
  return {
    peer: { id, connection: { open } } as unknown as Peer,
    requests,
    async tell(message: object = {}) {
      queue.push(message);
      wake();
      await settle();
    },
    async cut() {
      isCut = true;
      wake();
      await settle();
    },
  };
}

function setUp(nodes: readonly ReturnType<typeof cacheNode>[], shape: "stream" | "unary" = "stream") {
  const near = createNearResults({ maxEntries: 10, caller: "g1", clock: fakeClock(), random: () => 0 });
  const config = { service: "cache", function: "watch", version: "0.1.0" };
  const targetOf = (all: typeof nodes) => ({ variant: { config, shape }, candidates: all.map(({ peer }) => peer) });
  let target = targetOf(nodes);
  const catalogue = { find: () => target } as unknown as Catalogue;
  const asked: string[] = [];
  let home = nodes[0]?.peer.id ?? "";
  const get = (key: string) =>
    near.get(
      key,
      async (wanted) => {
        asked.push(wanted);
        return { value: undefined, bytes: 0, keepMs: Number.POSITIVE_INFINITY, watch: home };
      },
      catalogue,
    );
  return {
    near,
    asked,
    get,
    /** The nodes that the catalogue has from now on, and which of them answers. */
    move(all: typeof nodes, to: string) {
      target = targetOf(all);
      home = to;
    },
  };
}

test("every node is watched for results, and what it tells makes copies go", async () => {
  const one = cacheNode("c1");
  const { near, asked, get } = setUp([one]);
  await get("result:a");
  await one.tell();
  await get("result:a");
  await get("result:a");
  expect(asked).toHaveLength(2);
  expect(one.requests).toMatchObject([{ service: "cache", function: "watch" }]);
  expect(JSON.parse(String(one.requests[0]?.argsJson))).toEqual({ namespace: "mesh-results", prefixes: ["result:"] });

  await one.tell({ changes: [{ sequence: 2, kind: "remove", key: "result:a", entry_version: 1 }] });
  await get("result:a");
  await get("result:a");
  expect(asked).toHaveLength(3);

  await one.tell({ changes: [{ sequence: 3, kind: "clear", key: "", entry_version: 0 }] });
  await get("result:a");
  expect(asked).toHaveLength(4);

  await one.cut();
  await get("result:a");
  expect(asked).toHaveLength(5);
  near.close();
});

test("copies go when the nodes of the cache change: keys may have moved", async () => {
  const [one, two] = [cacheNode("c1"), cacheNode("c2")];
  const { near, asked, get, move } = setUp([one]);
  await get("result:a");
  await one.tell();
  await get("result:a");

  move([one, two], "c2");
  await get("result:a");
  await two.tell();
  await get("result:a");
  await get("result:a");
  expect(asked).toHaveLength(4);
  expect(one.requests).toHaveLength(1);

  move([one], "c1");
  await get("result:a");
  await get("result:a");
  expect(asked).toHaveLength(5);
  near.close();
});

test("a cache that tells no changes is asked each time", async () => {
  const { near, asked, get } = setUp([cacheNode("c1")], "unary");
  await get("result:a");
  await get("result:a");
  expect(asked).toHaveLength(2);
  near.close();
});
