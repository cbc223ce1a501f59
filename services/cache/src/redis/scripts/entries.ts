import { namesInLua } from "../layout.js";

/**
 * What every script begins with. Times are microseconds of Redis's own clock, so that all nodes of a cache agree; numbers
 * up to 2^53 are exact in Lua, but its own way to write them is not, hence `%.0f`.
 *
 * An entry is one string: flags, version, idle, at most, stale, then what the client wrote (see entry-bytes.ts).
 * `at_most` counts only where there is an idle limit; else DEADLINES alone says when the entry expires.
 */
export const entries: string = /* lua */ `
${namesInLua}
local call = redis.call
local time = call('TIME')
local now = time[1] * 1000000 + time[2]

local KNOWN_ABSENT, HAS_IDLE, HAS_TAGS, HAS_STALE = 2, 4, 8, 16
local HEADER = '>Bdddd'
local HEADER_BYTES = 33

local function has(flags, flag) return flags % (2 * flag) >= flag end
local function text(number) return string.format('%.0f', number) end
local function count(field, by) return call('HINCRBY', META, field, by or 1) end

local function tell(kind, key, version)
  call('PUBLISH', META .. ':changes', kind .. ' ' .. text(count('sequence')) .. ' ' .. text(version) .. ' ' .. key)
end

local function version_of(entry) return (struct.unpack('>d', entry, 2)) end

-- The tags stand behind their count and the length of the content type: each as two bytes of length and text.
local function each_tag(entry, visit)
  if not has(entry:byte(1), HAS_TAGS) then return end
  local tags, at = struct.unpack('>I2', entry, HEADER_BYTES + 1)
  for _ = 1, tags do
    local length
    length, at = struct.unpack('>I2', entry, at)
    visit(entry:sub(at, at + length - 1))
    at = at + length
  end
end

local function tag_member(tag, key) return #tag .. ':' .. tag .. key end

-- Takes an entry out of everything, and answers whether it could be seen: it is not stale, nor a key without value.
local function forget(key, entry)
  if call('HDEL', ENTRIES, key) == 0 then
    call('HDEL', STALE, key)
    call('ZREM', STALE_ENDS, key)
  else
    call('ZREM', DEADLINES, key)
  end
  call('ZREM', RECENCY, key)
  count('bytes', text(-call('ZSCORE', SIZES, key)))
  call('ZREM', SIZES, key)
  each_tag(entry, function(tag) call('ZREM', TAGS, tag_member(tag, key)) end)
  return call('ZREM', KEYS_SHOWN, key) == 1
end

-- \`cause\` is "remove", "evict" or "expire". What could not be seen goes without a word.
local function drop(key, entry, cause)
  if not forget(key, entry) then return end
  count(cause)
  tell(cause, key, version_of(entry))
end

-- An entry past its deadline goes, or is kept as stale for those who ask for a lease.
local function expire(key, entry, deadline)
  local ends, flags = 0, entry:byte(1)
  if has(flags, HAS_STALE) and not has(flags, KNOWN_ABSENT) then
    local _, _, _, _, stale = struct.unpack(HEADER, entry)
    ends = deadline + stale
  end
  if now > ends then return drop(key, entry, 'expire') end
  call('HDEL', ENTRIES, key)
  call('ZREM', DEADLINES, key)
  call('HSET', STALE, key, entry)
  call('ZADD', STALE_ENDS, text(ends), key)
  call('ZREM', KEYS_SHOWN, key)
  count('expire')
  tell('expire', key, version_of(entry))
end

-- What is under a key and has not expired, or else goes on the way: an entry, or that the key has no value.
local function present(key)
  local entry = call('HGET', ENTRIES, key)
  if not entry then return nil end
  local deadline = call('ZSCORE', DEADLINES, key)
  if not deadline or now <= tonumber(deadline) then return entry end
  expire(key, entry, tonumber(deadline))
  return nil
end

-- A live entry.
local function live(key)
  local entry = present(key)
  return entry and not has(entry:byte(1), KNOWN_ABSENT) and entry or nil
end

-- A stale entry that is still kept.
local function stale_entry(key)
  local entry = call('HGET', STALE, key)
  if not entry then return false end
  if now <= tonumber(call('ZSCORE', STALE_ENDS, key)) then return entry end
  forget(key, entry)
  return false
end

-- Lets up to so many go that are past their time. Answers how many expired, and how many stale ones were kept until now.
local function reclaim(limit)
  local before = '(' .. text(now)
  local expired = call('ZRANGEBYSCORE', DEADLINES, '-inf', before, 'WITHSCORES', 'LIMIT', 0, limit)
  for i = 1, #expired, 2 do expire(expired[i], call('HGET', ENTRIES, expired[i]), tonumber(expired[i + 1])) end
  local kept = call('ZRANGEBYSCORE', STALE_ENDS, '-inf', before, 'LIMIT', 0, limit)
  for _, key in ipairs(kept) do forget(key, call('HGET', STALE, key)) end
  return #expired / 2, #kept
end

local function touch(key, entry)
  call('ZADD', RECENCY, text(count('uses')), key)
  if not has(entry:byte(1), HAS_IDLE) then return end
  local _, _, idle, at_most = struct.unpack(HEADER, entry)
  call('ZADD', DEADLINES, text(math.min(now + idle, at_most)), key)
end

local function end_lease(key)
  if call('HDEL', LEASES, key) == 0 then return end
  call('ZREM', LEASE_ENDS, key)
  call('PUBLISH', META .. ':lease_ends', key)
end
`;
