import type { Raw } from "../actions/field.js";
import type { Nodes, Reply } from "./across.js";

export interface SkipOptions {
  readonly nodes: Nodes;
  /** In the order that was asked for. */
  readonly isBefore: (a: string, b: string) => boolean;
}

// So many keys of each node are read at once, and no values.
const fewKeys = 250;

/**
 * Where each node's part of the list begins behind the first `count` entries of all. Far ones cost a few questions for one
 * key each, their number growing with the logarithm of `count`.
 */
export async function skip(count: number, raw: Raw, { nodes, isBefore }: SkipOptions): Promise<readonly number[]> {
  const starts = nodes.ids.map(() => 0);
  let left = count;
  while (left > 0) {
    const step = left <= fewKeys ? 1 : Math.floor(left / nodes.ids.length);
    const limit = left <= fewKeys ? left : 1;
    const pages = await nodes.ask((place) => {
      return { ...raw, keys_only: true, details: false, offset: (starts[place] as number) + step - 1, limit };
    });
    const heads = pages.map((page) => keysIn(page));
    if (limit > 1) return passed(left, starts, { heads, isBefore });
    const first = firstOf(heads, isBefore);
    // Nobody has so many more: all together they have fewer than are to be left out.
    if (first === undefined) return starts.map(() => Number.MAX_SAFE_INTEGER);
    // At most `step` entries of each node are up to the first of these keys, so those of its own node are among the first.
    starts[first] = (starts[first] as number) + step;
    left -= step;
  }
  return starts;
}

function keysIn(page: Reply | undefined): readonly string[] {
  return ((page?.items ?? []) as readonly { readonly key: string }[]).map(({ key }) => key);
}

/** Takes the first keys of these lists, one by one. */
function passed(
  count: number,
  starts: number[],
  { heads, isBefore }: { heads: readonly (readonly string[])[]; isBefore: SkipOptions["isBefore"] },
): readonly number[] {
  const taken = starts.map(() => 0);
  for (let left = count; left > 0; left--) {
    const first = firstOf(
      heads.map((keys, place) => keys.slice(taken[place], (taken[place] as number) + 1)),
      isBefore,
    );
    if (first === undefined) break;
    taken[first] = (taken[first] as number) + 1;
  }
  return starts.map((start, place) => start + (taken[place] as number));
}

/** Whose first key comes first. */
function firstOf(heads: readonly (readonly string[])[], isBefore: SkipOptions["isBefore"]): number | undefined {
  let best: number | undefined;
  for (const [place, [key]] of heads.entries()) {
    const present = best === undefined ? undefined : heads[best]?.[0];
    if (key !== undefined && (present === undefined || isBefore(key, present))) best = place;
  }
  return best;
}
