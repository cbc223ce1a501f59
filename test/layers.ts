/** Who stands on whom. A package may also use what those stand on; a package without a row fails. */
const standsOn: Readonly<Record<string, readonly string[]>> = {
  test: ["gateway", "cache", "places", "cli"],
  bench: ["gateway", "cache", "client", "test"], // what it measures, and the Redis that tests start
  gateway: ["service"],
  cache: ["service"],
  places: ["service"],
  service: ["mesh"],
  cli: ["client", "mesh"], // services it starts as processes
  client: ["contracts", "near-cache"],
  mesh: ["discovery", "plugin-chain", "near-cache"],
  discovery: ["contracts"],
  contracts: ["core"],
  "near-cache": ["core"],
  "plugin-chain": ["core"],
  core: [],
};

const testCode = /^test\/|\.test\.ts$|\/testkit(\/|\.ts$)/;

/** Imports that only some files may have. */
const reserved: readonly { readonly what: RegExp; readonly where: RegExp }[] = [
  { what: /^pino(\/|$)/, where: /^libs\/core\/src\/logger\.ts$/ },
  { what: /^(@grpc\/|@weft\/core\/logger$)/, where: /^(?!libs\/(core|plugin-chain)\/)/ },
  { what: /^@weft\/.*\/testkit$/, where: testCode },
];

export interface Manifest {
  readonly name: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly exports?: Readonly<Record<string, string>>;
}

export interface Source {
  /** From the repository's root. */
  readonly file: string;
  readonly imports: readonly string[];
}

export interface Workspace {
  readonly manifest: Manifest;
  readonly sources: readonly Source[];
}

/** Everything wrong with how the workspaces use each other and the world, one line each. */
export function layerProblems(workspaces: readonly Workspace[], root: Manifest): string[] {
  const manifests = new Map(workspaces.map(({ manifest }) => [manifest.name, manifest]));
  return workspaces.flatMap(({ manifest, sources }) => [
    ...dependencyProblems(manifest, sources),
    ...sources.flatMap((source) =>
      source.imports.flatMap((imported) => importProblems(manifest, source.file, imported, manifests, root)),
    ),
  ]);
}

function dependencyProblems(manifest: Manifest, sources: readonly Source[]): string[] {
  const layer = layerOf(manifest.name);
  if (layer === undefined || standsOn[layer] === undefined) return [`${manifest.name} has no row in the layers`];
  const allowed = below(layer);
  const used = new Set(sources.flatMap(({ imports }) => imports.map(packageOf)));
  return Object.keys({ ...manifest.dependencies, ...manifest.devDependencies }).flatMap((name) => {
    const target = layerOf(name);
    if (target === undefined) return [];
    if (!allowed.includes(target)) return [`${manifest.name} must not depend on ${name}`];
    return used.has(name) ? [] : [`${manifest.name} declares ${name} but does not import it`];
  });
}

function importProblems(
  manifest: Manifest,
  file: string,
  imported: string,
  manifests: ReadonlyMap<string, Manifest>,
  root: Manifest,
): string[] {
  if (imported.startsWith("node:") || imported.startsWith(".")) return [];
  const problem = (text: string) => `${file}: ${text} ${imported}`;
  if (reserved.some(({ what, where }) => what.test(imported) && !where.test(file)))
    return [problem("is no place to import")];

  const name = packageOf(imported);
  const declared = {
    ...manifest.dependencies,
    ...(testCode.test(file) && { ...manifest.devDependencies, ...root.devDependencies }),
  };
  if (declared[name] === undefined) return [problem(`${manifest.name} does not declare`)];
  if (layerOf(name) === undefined) return [];
  const entry = `.${imported.slice(name.length)}`;
  return manifests.get(name)?.exports?.[entry] === undefined ? [problem("no entry in exports for")] : [];
}

function below(layer: string): readonly string[] {
  return (standsOn[layer] ?? []).flatMap((next) => [next, ...below(next)]);
}

function layerOf(name: string): string | undefined {
  return name.startsWith("@weft/") ? name.slice("@weft/".length) : undefined;
}

function packageOf(imported: string): string {
  return imported
    .split("/")
    .slice(0, imported.startsWith("@") ? 2 : 1)
    .join("/");
}
