/** Where a value stands: the keys and list positions from the root down. */
export type Trail = (string | number)[];

const maxKeyLength = 48;
const maxPathLength = 120;

/** A trail as people write it: `args.items[3]["odd key"]`. Bounded, since keys come from outside. */
export function pathOf(field: string, trail: Trail, length = trail.length): string {
  let path = field;
  for (let i = 0; i < length; i++) {
    const key = trail[i] as string | number;
    if (typeof key === "number") path += `[${key}]`;
    else if (/^[A-Za-z_]\w{0,47}$/.test(key)) path += `.${key}`;
    else path += `[${JSON.stringify(key.length > maxKeyLength ? `${key.slice(0, maxKeyLength)}…` : key)}]`;
    if (path.length > maxPathLength) return `${path.slice(0, maxPathLength)}…`;
  }
  return path;
}
