import { cleanup } from "./cleanup.js";
import { clear } from "./clear.js";
import { exists } from "./exists.js";
import { get } from "./get.js";
import { list } from "./list.js";
import { remove } from "./remove.js";
import { set } from "./set.js";
import { stats } from "./stats.js";

/** Everything the cache can do. Each door offers exactly these. */
export const actions = { set, get, remove, clear, exists, list, cleanup, stats };

export type ActionName = keyof typeof actions;
