/** What steps can refer to: results by the id of their step, and `run`. */
export type Results = ReadonlyMap<string, unknown>;

const reference = /\$?\$\{([^}]*)\}/g;

/**
 * Data with its references filled in: a text `${id.field.0}` becomes that part of an earlier result, within a longer text its
 * words. `$${` stands for itself. Throws for what is not there.
 */
export function filledIn(value: unknown, results: Results): unknown {
  if (typeof value === "string") return textFilledIn(value, results);
  if (Array.isArray(value)) return value.map((item) => filledIn(item, results));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [String(textFilledIn(name, results)), filledIn(item, results)]),
  );
}

function textFilledIn(text: string, results: Results): unknown {
  const [whole, path] = /^\$\{([^}]*)\}$/.exec(text) ?? [];
  if (whole !== undefined && path !== undefined) return lookUp(path, results);
  return text.replace(reference, (found, inner: string) => {
    if (found.startsWith("$$")) return found.slice(1);
    const value = lookUp(inner, results);
    return typeof value === "string" ? value : JSON.stringify(value);
  });
}

function lookUp(path: string, results: Results): unknown {
  const [id = "", ...names] = path.split(".");
  if (!results.has(id)) throw new Error(`no earlier step has the id ${JSON.stringify(id)} and a result`);
  let value = results.get(id);
  for (const name of names) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, name))
      throw new Error(`the result of ${id} has no ${names.join(".")}`);
    value = (value as Record<string, unknown>)[name];
  }
  return value;
}
