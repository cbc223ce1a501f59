import { functionHash, setRevision } from "@weft/contracts";
import { FunctionConfig } from "@weft/contracts/function";
import { silentLogger, systemClock } from "@weft/core";
import { createRegistry, localBackend, Node } from "@weft/discovery";
import { createMesh, type Mesh, type NodeConnection } from "@weft/mesh";

export interface World {
  /** What each node of a service has, by the name of the service. */
  readonly sets: ReadonlyMap<string, FunctionSet>;
  readonly nodesOfEach: number;
}

type FunctionSet = Awaited<ReturnType<NodeConnection["functions"]>>;

/** A function's definition, of which the rest is by default. */
export function config(fields: Parameters<typeof FunctionConfig.fromPartial>[0]): FunctionConfig {
  const made = FunctionConfig.fromPartial({
    mode: "sync",
    permission: { rule: { $case: "public", value: true } },
    ...fields,
  });
  return { ...made, hash: functionHash(made) };
}

export function functionSet(functions: FunctionConfig[]): FunctionSet {
  return { revision: setRevision(functions), functions };
}

/** A mesh that knows them all; its nodes need no network, and take no calls. */
export async function meshOf({ sets, nodesOfEach }: World): Promise<Mesh> {
  const registry = createRegistry({ clock: systemClock });
  for (const [service, { revision }] of sets)
    for (let i = 0; i < nodesOfEach; i++) {
      const id = `${service}-${i}`;
      const node = { id, service, address: `${id}:1`, revision, incarnation: 1, weight: 1 + (i % 3) };
      registry.put({}, Node.fromPartial(node));
    }
  const mesh = await createMesh({
    backend: localBackend(registry),
    dial: (address) => connection(sets.get(address.slice(0, address.lastIndexOf("-")))),
    plugins: () => [],
    clock: systemClock,
    random: Math.random,
    logger: silentLogger,
  });
  await Promise.all([...sets.keys()].map((service) => mesh.catalogue.whenReady(service)));
  return mesh;
}

function connection(set: FunctionSet | undefined): NodeConnection {
  const none = () => Promise.reject(new Error("no calls here"));
  return {
    execute: none,
    open: none,
    functions: () => (set === undefined ? none() : Promise.resolve(set)),
    watchFunctions: () => {
      throw new Error("no watch here");
    },
    explainPlugins: none,
    close() {},
  };
}
