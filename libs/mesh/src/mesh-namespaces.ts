/**
 * Where the mesh keeps entries of its own in the cache service, each kind with room of its own. The cache lets nobody else
 * name these namespaces (see `meshIdentity`), so that clients neither read nor forge entries, nor push them out.
 */
export const meshNamespaces = {
  /** Results of functions. */
  results: "mesh-results",
  /** Of shared rate limits. */
  counters: "mesh-counters",
  /** Of async calls. */
  outcomes: "mesh-outcomes",
} as const;

const names: ReadonlySet<unknown> = new Set(Object.values(meshNamespaces));

/** Whether that is the name of one of them. */
export function isMeshNamespace(name: unknown): boolean {
  return names.has(name);
}
