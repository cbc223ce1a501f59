import { script } from "../script.js";
import { entries } from "./entries.js";

/** Arguments: key, version ("": any). */
export const removeScript = script(
  entries,
  /* lua */ `
local key, version = unpack(ARGV)
local entry = live(key)
if entry and version ~= '' and version_of(entry) ~= tonumber(version) then return 0 end
end_lease(key)
if not entry then
  local stale = stale_entry(key)
  if stale then forget(key, stale) end
  return 0
end
drop(key, entry, 'remove', 'remove')
if has(entry:byte(1), KNOWN_ABSENT) then return 0 end
count('removes')
return 1
`,
);

export const clearScript = script(
  entries,
  /* lua */ `
local size = call('HLEN', ENTRIES) + call('HLEN', STALE)
for i = 2, #KEYS do
  if KEYS[i] ~= HOT then call('UNLINK', KEYS[i]) end
end
call('HSET', META, 'bytes', 0)
count('clear', size)
tell('clear', '', 0)
return size
`,
);

/** Arguments: how many at the most. */
export const reclaimScript = script(entries, "local expired, kept = reclaim(ARGV[1])\nreturn {expired, kept}");

/** Removes some of the keys that stand in a range of an index. Arguments: index, from, to, length of what precedes a key, limit. */
export const removeRangeScript = script(
  entries,
  /* lua */ `
local index, from, to, skip, limit = unpack(ARGV)
local members = call('ZRANGEBYLEX', KEYS[tonumber(index)], from, to, 'LIMIT', 0, limit)
local removed = 0
for _, member in ipairs(members) do
  local key = member:sub(skip + 1)
  end_lease(key)
  local entry = live(key)
  if entry then
    drop(key, entry, 'remove', 'remove')
    if not has(entry:byte(1), KNOWN_ABSENT) then removed = removed + 1 end
  else
    local stale = stale_entry(key)
    if stale then forget(key, stale) end
  end
end
count('removes', removed)
return {removed, #members}
`,
);
