import { script } from "../script.js";
import { entries } from "./entries.js";

/** Room for an entry, and the writing of it. */
const store = /* lua */ `
-- Who goes next for a write of \`key\`, and why: first what has expired, then what is stale, then the least recent.
local function victim(key, may_evict)
  local expired = call('ZRANGEBYSCORE', DEADLINES, '-inf', '(' .. text(now), 'LIMIT', 0, 1)[1]
  if expired then return expired, 'expire' end
  local stale = call('ZRANGE', STALE_ENDS, 0, 1)
  if stale[1] == key then table.remove(stale, 1) end
  if stale[1] then return stale[1], 'expire' end
  if may_evict then return call('ZRANGE', RECENCY, 0, 0)[1], 'evict' end
end

-- Answers "entries" or "bytes" if that limit leaves no room. The entry's key must be the most recent if it is there.
local function make_room(key, is_new, grows, capacity, max_bytes, may_evict)
  while true do
    local over = nil
    if is_new and call('HLEN', ENTRIES) + call('HLEN', STALE) >= capacity then over = 'entries'
    elseif max_bytes > 0 and grows > 0 and (tonumber(call('HGET', META, 'bytes')) or 0) + grows > max_bytes then over = 'bytes' end
    if not over then return nil end
    local gone, cause = victim(key, may_evict)
    if not gone then return over end
    drop(gone, call('HGET', ENTRIES, gone) or call('HGET', STALE, gone), cause)
  end
end

-- \`body\` is what the client wrote: tags, content type, value. \`deadline\` nil: never.
local function put(key, flags, idle, at_most, stale, body, size, deadline)
  local version = count('version')
  call('HSET', ENTRIES, key, struct.pack(HEADER, flags, version, idle, at_most, stale) .. body)
  call('ZADD', RECENCY, text(count('uses')), key)
  call('ZADD', SIZES, text(size), key)
  count('bytes', text(size))
  if not has(flags, KNOWN_ABSENT) then call('ZADD', KEYS_SHOWN, 0, key) end
  if deadline then call('ZADD', DEADLINES, text(deadline), key) end
  count('sets')
  end_lease(key)
  tell(has(flags, KNOWN_ABSENT) and 'remove' or 'set', key, version)
  return version
end
`;

/**
 * Arguments: key, flags, idle, stale, body, size, ttl ("none" or microseconds), whether the ttl of the entry before is kept,
 * condition ("", "absent", "present" or a version), lease token ("": none), capacity, bytes (0: no limit), whether to
 * evict, tags.
 */
export const setScript = script(
  entries,
  store,
  /* lua */ `
local key, flags, idle, stale, body, size, ttl, keep, condition, token, capacity, max_bytes, may_evict = unpack(ARGV, 1, 13)
flags, idle, size = tonumber(flags), tonumber(idle), tonumber(size)
local old = live(key)
local old_version = old and version_of(old) or 0

local function refuse(reason) return {0, text(old_version), reason} end
if token ~= '' then
  local ends = call('ZSCORE', LEASE_ENDS, key)
  if call('HGET', LEASES, key) ~= token or now > tonumber(ends) then return refuse('lease') end
end
if condition == 'absent' then
  if old then return refuse('present') end
elseif condition ~= '' then
  if not old then return refuse('absent') end
  if condition ~= 'present' and tonumber(condition) ~= old_version then return refuse('version') end
end

local at_most = ttl ~= 'none' and now + ttl or math.huge
if keep == '1' and old then
  at_most = tonumber(call('ZSCORE', DEADLINES, key) or math.huge)
  if has(old:byte(1), HAS_IDLE) then
    local _, _, _, before = struct.unpack(HEADER, old)
    at_most = before
  end
end
local deadline = has(flags, HAS_IDLE) and math.min(now + idle, at_most) or at_most

local before = old or present(key) or stale_entry(key)
local old_size = before and tonumber(call('ZSCORE', SIZES, key)) or 0
if before then call('ZADD', RECENCY, 'XX', text(count('uses')), key) end
local over = make_room(key, not before, size - old_size, tonumber(capacity), tonumber(max_bytes), may_evict == '1')
if over then
  count('refusals')
  return {-1, over}
end
if before then forget(key, before) end
if old then count('overwrite') end
local version = put(key, flags, idle, at_most, stale, body, size, deadline < math.huge and deadline or nil)
for i = 14, #ARGV do call('ZADD', TAGS, 0, tag_member(ARGV[i], key)) end
return {1, text(version)}
`,
);

/**
 * Arguments: key, by, initial, ttl ("none" or microseconds), size of a new entry without its value, capacity, bytes,
 * whether to evict. Redis itself adds, for Lua's numbers have 53 bits.
 */
export const incrementScript = script(
  entries,
  store,
  /* lua */ `
-- What stands before the value, and the value.
local function body_of(entry)
  local tags, at = struct.unpack('>I2', entry, HEADER_BYTES + 1)
  for _ = 1, tags + 1 do
    local length
    length, at = struct.unpack('>I2', entry, at)
    at = at + length
  end
  local value = entry:sub(at)
  return entry:sub(HEADER_BYTES + 1, at - 1), value == '-0' and '0' or value
end

local key, by, initial, ttl, empty_size, capacity, max_bytes, may_evict = unpack(ARGV)
local old = live(key)
local flags, idle, at_most, stale = 0, 0, ttl ~= 'none' and now + ttl or math.huge, 0
local deadline = at_most
local head, current = struct.pack('>I2I2', 0, 0), initial
if old then
  local version
  flags, version, idle, at_most, stale = struct.unpack(HEADER, old)
  deadline = tonumber(call('ZSCORE', DEADLINES, key) or math.huge)
  head, current = body_of(old)
  if flags % 2 == 1 then return {-2} end
end

call('HSET', META, 'sum', current)
local sum = redis.pcall('HINCRBY', META, 'sum', by)
local value = call('HGET', META, 'sum')
call('HDEL', META, 'sum')
if type(sum) == 'table' then return {sum.err:find('overflow') and -3 or -2} end

local before = old or present(key) or stale_entry(key)
local old_size = before and tonumber(call('ZSCORE', SIZES, key)) or 0
local size = old and old_size - #current + #value or empty_size + #value
if before then call('ZADD', RECENCY, 'XX', text(count('uses')), key) end
local over = make_room(key, not before, size - old_size, tonumber(capacity), tonumber(max_bytes), may_evict == '1')
if over then
  count('refusals')
  return {-1, over}
end
local tags = {}
if old then each_tag(old, function(tag) tags[#tags + 1] = tag end) end
if before then forget(key, before) end
if old then count('overwrite') end
local version = put(key, flags, idle, at_most, stale, head .. value, size, deadline < math.huge and deadline or nil)
for _, tag in ipairs(tags) do call('ZADD', TAGS, 0, tag_member(tag, key)) end
return {1, text(version), value}
`,
);
