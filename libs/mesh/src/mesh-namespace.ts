/**
 * Where the mesh keeps entries of its own in the cache service: kept results, counters. The cache lets nobody else name this
 * namespace (see `meshIdentity`), so that clients neither read nor forge them, nor push them out.
 */
export const meshNamespace = "mesh";
