/** A service's configuration: plain data by name, one name for each plugin that has settings. Frozen. */
export interface Config {
  readonly [name: string]: unknown;
}

/** The part of zod that is needed here; any schema of this shape will do. */
export interface Schema<Own> {
  safeParse(
    value: unknown,
  ):
    | { readonly success: true; readonly data: Own }
    | { readonly success: false; readonly error: { readonly issues: readonly SchemaIssue[] } };
}

export interface SchemaIssue {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/** What a plugin says of its own part of the configuration. Paths in it are written `tls.key`. */
export interface Settings<Own> {
  /** Where that part stands. Defaults to the plugin's name. */
  readonly key?: string;
  /** Checks it, after all `config` hooks, and fills defaults. Without one the part is passed on as it is. */
  readonly schema?: Schema<Own>;
  /** Paths that are never shown. */
  readonly secrets?: readonly string[];
  /** Paths whose change restarts the plugin, instead of `updated`. */
  readonly restart?: readonly string[];
}

/** True for what merges and freezes: objects made by literals and parsers, not instances of classes. */
export function isPlainObject(value: unknown): value is Config {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  // By structure, because literals of another realm have another Object.prototype.
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** Freezes plain data all the way down; instances of classes are left to their owners. */
export function deepFreeze<Value>(value: Value): Value {
  if (!Array.isArray(value) && !isPlainObject(value)) return value;
  if (Object.isFrozen(value)) return value;
  Object.freeze(value);
  for (const part of Object.values(value)) deepFreeze(part);
  return value;
}

/** The value at a path such as `tls.key`. */
export function valueAt(value: unknown, path: string): unknown {
  let at = value;
  for (const name of path.split(".")) at = isPlainObject(at) && Object.hasOwn(at, name) ? at[name] : undefined;
  return at;
}
