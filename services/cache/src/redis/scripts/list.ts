import { script } from "../script.js";
import { entries } from "./entries.js";

const reclaimedAtOnce = 200;
const rowsAtOnce = 256;
const bytesAtOnce = 1_000_000;
const keysAtOnce = 2_000;

/** Leaves the script if expired entries are still there, for the client to ask again: none is shown. */
const onlyLive = /* lua */ `
local function some_expired()
  reclaim(${reclaimedAtOnce})
  return call('ZCOUNT', DEADLINES, '-inf', '(' .. text(now)) > 0
end

-- The keys from a place in a range on, in the order asked for.
local function keys_between(from, to, descending, offset, limit)
  if descending then
    local first = call('ZLEXCOUNT', KEYS_SHOWN, to:sub(1, 1) == '(' and '[' .. to:sub(2) or '(' .. to:sub(2), '+')
    if to == '+' then first = 0 end
    return call('ZREVRANGE', KEYS_SHOWN, first + offset, first + offset + limit - 1)
  end
  local first = 0
  if from ~= '-' then
    first = call('ZLEXCOUNT', KEYS_SHOWN, '-', from:sub(1, 1) == '(' and '[' .. from:sub(2) or '(' .. from:sub(2))
  end
  return call('ZRANGE', KEYS_SHOWN, first + offset, first + offset + limit - 1)
end
`;

/**
 * A part of a page. Arguments: the range of the prefix, the range beyond the cursor, "desc" or "asc", offset, limit.
 * Answers how many keys are in either range, then keys and entries: fewer than the limit if they are large.
 */
export const pageScript = script(
  entries,
  onlyLive,
  /* lua */ `
if some_expired() then return false end
local prefix_from, prefix_to, from, to, order, offset, limit = unpack(ARGV)
offset, limit = tonumber(offset), tonumber(limit)
local total = call('ZLEXCOUNT', KEYS_SHOWN, prefix_from, prefix_to)
local beyond = call('ZLEXCOUNT', KEYS_SHOWN, from, to)
local answer = {total, beyond}
local wanted = math.min(limit, ${rowsAtOnce}, beyond - offset)
if wanted <= 0 then return answer end
local bytes = 0
for _, key in ipairs(keys_between(from, to, order == 'desc', offset, wanted)) do
  local entry = call('HGET', ENTRIES, key)
  bytes = bytes + #entry
  answer[#answer + 1] = key
  answer[#answer + 1] = entry
  if bytes > ${bytesAtOnce} then break end
end
return answer
`,
);

/** Some keys of a range, for the client to look at their ends. Arguments: from, to, "desc" or "asc". */
export const keysScript = script(
  entries,
  onlyLive,
  /* lua */ `
if some_expired() then return false end
local from, to, order = unpack(ARGV)
local beyond = math.min(${keysAtOnce}, call('ZLEXCOUNT', KEYS_SHOWN, from, to))
if beyond == 0 then return {} end
return keys_between(from, to, order == 'desc', 0, beyond)
`,
);

/** The entries of these keys that are still there, as keys and entries: as many as fit, and how many it looked at. */
export const entriesScript = script(
  entries,
  /* lua */ `
local answer, bytes = {0}, 0
for i, key in ipairs(ARGV) do
  local entry = live(key)
  answer[1] = i
  if entry then
    bytes = bytes + #entry
    answer[#answer + 1] = key
    answer[#answer + 1] = entry
  end
  if bytes > ${bytesAtOnce} then break end
end
return answer
`,
);
