import { expect, test } from "@jest/globals";
import { Node } from "@weft/discovery";
import { Peer } from "../peers/peer.js";
import { functionConfig } from "../testkit.js";
import type { NodeConnection } from "../transport/node-connection.js";
import { compileVariant } from "./compile-variant.js";
import { buildSnapshot } from "./snapshot.js";
import type { FunctionVariant } from "./target.js";

const connection = {} as NodeConnection; // a snapshot never calls anybody

function peer(id: string, revision: string, fields: Partial<Node> = {}): Peer {
  return new Peer(Node.fromPartial({ id, revision, ...fields }), connection);
}

function variant(fields: Parameters<typeof functionConfig>[0]): FunctionVariant {
  const compiled = compileVariant(functionConfig(fields), { random: () => 0 });
  if ("problems" in compiled) throw new Error(compiled.problems.join("; "));
  return compiled;
}

function versions(...versions: (string | undefined)[]): FunctionVariant[] {
  return versions.map((version) => variant({ function: "f", ...(version !== undefined && { version }) }));
}

test("without a version a call gets the highest one, by number and not by text", () => {
  const snapshot = buildSnapshot([peer("a", "r")], new Map([["r", versions("1.0.0", "9.0.0", "10.0.0", undefined)]]));

  expect(snapshot.get("f")?.latest?.variant.config.version).toBe("10.0.0");
});

test("the unversioned function is the latest only where no versioned one is enabled", () => {
  const disabled = variant({ function: "f", version: "2.0.0", disabled: true });
  const sets = new Map([["r", [disabled, ...versions(undefined)]]]);

  expect(buildSnapshot([peer("a", "r")], sets).get("f")?.latest?.variant.config.version).toBeUndefined();
});

test("a function whose versions are all disabled has no latest one", () => {
  const sets = new Map([["r", [variant({ function: "f", disabled: true })]]]);

  expect(buildSnapshot([peer("a", "r")], sets).get("f")).toMatchObject({ latest: undefined });
});

test("nodes that drain are no candidates", () => {
  const peers = [peer("a", "r"), peer("b", "r", { draining: true })];

  const target = buildSnapshot(peers, new Map([["r", versions(undefined)]])).get("f")?.latest;

  expect(target?.candidates.map(({ id }) => id)).toEqual(["a"]);
});

const before = variant({ function: "f", summary: "before" });
const after = variant({ function: "f", summary: "after" });
const bothSets = new Map([
  ["old", [before]],
  ["new", [after]],
]);

test("of two definitions of one version the one on most ready nodes counts, on those nodes alone", () => {
  const peers = [peer("a", "old"), peer("b", "old"), peer("c", "new", { incarnation: 9 })];

  const target = buildSnapshot(peers, bothSets).get("f")?.latest;

  expect(target?.variant).toBe(before);
  expect(target?.candidates.map(({ id }) => id)).toEqual(["a", "b"]);
});

test("a tie goes to the definition with the youngest node", () => {
  const peers = [peer("a", "old", { incarnation: 1 }), peer("b", "new", { incarnation: 2 })];

  expect(buildSnapshot(peers, bothSets).get("f")?.latest?.variant).toBe(after);
});

test("nodes of two revisions that define a function alike serve it together", () => {
  const sets = new Map([
    ["old", [before]],
    ["new", [before, variant({ function: "g" })]],
  ]);

  const snapshot = buildSnapshot([peer("a", "old"), peer("b", "new")], sets);

  expect(snapshot.get("f")?.latest?.candidates.map(({ id }) => id)).toEqual(["a", "b"]);
  expect(snapshot.get("g")?.latest?.candidates.map(({ id }) => id)).toEqual(["b"]);
});

test("functions of the same revisions share one list of nodes, however many there are of both", () => {
  const shared = [before, variant({ function: "g" })];
  const sets = new Map([
    ["old", shared],
    ["new", [...shared, variant({ function: "h" })]],
  ]);

  const snapshot = buildSnapshot([peer("a", "old"), peer("b", "new")], sets);

  expect(snapshot.get("g")?.latest?.candidates).toBe(snapshot.get("f")?.latest?.candidates);
});
