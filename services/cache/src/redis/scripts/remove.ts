import { script } from "../script.js";
import { entries } from "./entries.js";

/** Arguments: key, version ("": any). */
export const removeScript = script(
  entries,
  /* lua */ `
local key, version = unpack(ARGV)
local entry = live(key)
if version ~= '' and (not entry or version_of(entry) ~= tonumber(version)) then return 0 end
end_lease(key)
if not entry then
  local hidden = present(key) or stale_entry(key)
  if hidden then forget(key, hidden) end -- what was known of the key before is no longer
  return 0
end
drop(key, entry, 'remove')
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
call('PUBLISH', META .. ':lease_ends', '') -- no key: all of them
call('HSET', META, 'bytes', 0)
count('clear', size)
tell('clear', '', 0)
return size
`,
);

/** Arguments: how many at the most. */
export const reclaimScript = script(entries, "local expired, kept = reclaim(ARGV[1])\nreturn {expired, kept}");

/**
 * Removes some of what stands in a range of an index. Arguments: the index, from, to, how much precedes a key in it, the
 * last version to remove ("": of now), how many at the most. Answers that version, how many went, and the last member.
 */
export const removeRangeScript = script(
  entries,
  /* lua */ `
local index, from, to, skip, newest, limit = unpack(ARGV)
newest = tonumber(newest ~= '' and newest or call('HGET', META, 'version') or 0)
local members = call('ZRANGEBYLEX', KEYS[tonumber(index)], from, to, 'LIMIT', 0, limit)
local removed = 0
for _, member in ipairs(members) do
  local key = member:sub(skip + 1)
  local entry = live(key)
  local hidden = not entry and (present(key) or stale_entry(key))
  if entry and version_of(entry) <= newest then
    end_lease(key)
    drop(key, entry, 'remove')
    removed = removed + 1
  elseif hidden and version_of(hidden) <= newest then forget(key, hidden) end
end
count('removes', removed)
return {text(newest), removed, #members == tonumber(limit) and members[#members]}
`,
);
