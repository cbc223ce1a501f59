import { script } from "../script.js";
import { entries } from "./entries.js";

const sampleEvery = 16;
const hotKeys = 256;

/** Counts a get, and of some of them for which key it is. */
const countGet = /* lua */ `
local function count_get(key)
  if count('gets') % ${sampleEvery} ~= 0 then return end
  call('ZINCRBY', HOT, ${sampleEvery}, key)
  if call('ZCARD', HOT) > ${hotKeys} then call('ZREMRANGEBYRANK', HOT, 0, ${hotKeys / 2}) end
end
`;

export const getScript = script(
  entries,
  countGet,
  /* lua */ `
local key = ARGV[1]
count_get(key)
local entry = live(key)
if not entry then return false end
count('hits')
touch(key, entry)
return entry
`,
);

export const hasScript = script(
  entries,
  countGet,
  /* lua */ `
local key = ARGV[1]
count_get(key)
local entry = live(key)
if not entry then return 0 end
count('hits')
return 1
`,
);

/** Arguments: key, token, microseconds. */
export const leaseScript = script(
  entries,
  countGet,
  /* lua */ `
local key, token, length = unpack(ARGV)
count_get(key)
local entry = present(key)
if entry then
  if not has(entry:byte(1), KNOWN_ABSENT) then
    count('hits')
    touch(key, entry)
  end
  return {'hit', entry}
end
local stale = stale_entry(key)
local ends = call('ZSCORE', LEASE_ENDS, key)
if ends and now <= tonumber(ends) then return {'taken', stale, text(tonumber(ends) - now)} end

for _, ended in ipairs(call('ZRANGEBYSCORE', LEASE_ENDS, '-inf', '(' .. text(now), 'LIMIT', 0, 4)) do end_lease(ended) end
call('HSET', LEASES, key, token)
call('ZADD', LEASE_ENDS, text(now + length), key)
return {'granted', stale}
`,
);

/** Arguments: key, token. */
export const releaseScript = script(
  entries,
  /* lua */ `
local key, token = unpack(ARGV)
if call('HGET', LEASES, key) ~= token then return 0 end
local ends = tonumber(call('ZSCORE', LEASE_ENDS, key))
end_lease(key)
return now <= ends and 1 or 0
`,
);

export const statsScript = script(
  entries,
  /* lua */ `
return {
  call('HLEN', ENTRIES) + call('HLEN', STALE),
  call('HGETALL', META),
  call('ZREVRANGE', HOT, 0, 9, 'WITHSCORES'),
  call('ZREVRANGE', SIZES, 0, 9, 'WITHSCORES'),
}
`,
);
