import { at, type Selector, withFirst } from "./selector.js";

/** Any node, each as likely as the others. */
export function random(options: { readonly random: () => number }): Required<Selector> {
  const pick: Selector["pick"] = (_call, candidates) =>
    at(candidates, Math.floor(options.random() * candidates.length));
  return { pick, rank: (call, candidates) => withFirst(pick(call, candidates), candidates) };
}
