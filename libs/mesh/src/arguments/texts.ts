const maxShownLength = 40;
const maxListLength = 100;
const maxKeyLength = 128;

/** A caller's text in quotes, as error texts show it: escaped, and cut if it is long. */
export function quote(text: string): string {
  return JSON.stringify(text.length > maxShownLength ? `${text.slice(0, maxShownLength)}…` : text);
}

/** What an error text shows of a value that was given. */
export function show(value: unknown): string {
  if (typeof value === "string") return quote(value);
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object" && value !== null) return "a map";
  return String(value).slice(0, maxShownLength);
}

/** Keys as error texts list them: `["a", "b"]`. Cut if there are many. */
export function listKeys(keys: readonly string[]): string {
  let list = "";
  for (const key of keys) {
    if (list.length > maxListLength) return `[${list}, …]`;
    list += list === "" ? quote(key) : `, ${quote(key)}`;
  }
  return `[${list}]`;
}

/** Where a value stands below the arguments: `args.tags[3]`. Long keys are cut, since callers choose those of maps. */
export function fieldOf(...trail: readonly (string | number)[]): string {
  let field = "args";
  for (const key of trail) {
    if (typeof key === "number") field += `[${key}]`;
    else field += `.${key.length > maxKeyLength ? `${key.slice(0, maxKeyLength)}…` : key}`;
  }
  return field;
}
