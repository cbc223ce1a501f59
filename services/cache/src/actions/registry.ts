import { cleanup } from "./cleanup.js";
import { clear } from "./clear.js";
import { exists } from "./exists.js";
import { get } from "./get.js";
import { getMany } from "./get-many.js";
import { getTtl } from "./get-ttl.js";
import { increment } from "./increment.js";
import { lease } from "./lease.js";
import { list } from "./list.js";
import { release } from "./release.js";
import { remove } from "./remove.js";
import { removeMany } from "./remove-many.js";
import { removeMatching } from "./remove-matching.js";
import { set } from "./set.js";
import { setMany } from "./set-many.js";
import { stats } from "./stats.js";
import { updateTtl } from "./update-ttl.js";
import { watch } from "./watch.js";

/** The actions that a cache of this contract has had from the start. */
export const firstActions = { set, get, remove, clear, exists, list, cleanup, stats };

/** Everything the cache answers once. Each door offers exactly these. */
export const actions = {
  ...firstActions,
  get_many: getMany,
  set_many: setMany,
  remove_many: removeMany,
  increment,
  get_ttl: getTtl,
  update_ttl: updateTtl,
  remove_matching: removeMatching,
  lease,
  release,
};

/** What it answers with a stream. Execute, which has one answer, does not offer these. */
export const streamActions = { watch };

export type ActionName = keyof typeof actions;
