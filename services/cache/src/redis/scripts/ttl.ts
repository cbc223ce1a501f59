import { script } from "../script.js";
import { entries } from "./entries.js";

/** Answers -1 (for ever) or the microseconds left, and behind them S if each get makes them more. */
const left = /* lua */ `
local function left(key, flags)
  local deadline = call('ZSCORE', DEADLINES, key)
  return text(deadline and tonumber(deadline) - now or -1) .. (has(flags, HAS_IDLE) and 'S' or '')
end
`;

export const ttlScript = script(
  entries,
  left,
  /* lua */ `
local key = ARGV[1]
local deadline = call('ZSCORE', DEADLINES, key)
if deadline and now > tonumber(deadline) then return false end
local entry = call('HGET', ENTRIES, key)
return entry and not has(entry:byte(1), KNOWN_ABSENT) and left(key, entry:byte(1))
`,
);

/** Arguments: key, "set", "add" or "persist", microseconds. */
export const changeTtlScript = script(
  entries,
  left,
  /* lua */ `
local key, change, by = unpack(ARGV)
local entry = live(key)
if not entry then return false end
local flags, version, idle, at_most, stale = struct.unpack(HEADER, entry)
local slides = has(flags, HAS_IDLE)
if not slides then at_most = tonumber(call('ZSCORE', DEADLINES, key) or math.huge) end

if change == 'persist' then at_most = math.huge
elseif change == 'add' then at_most = at_most + by
else at_most = now + by end
if at_most <= now then
  drop(key, entry, 'expire')
  return text(0)
end

local deadline = at_most
if slides then
  if change == 'persist' then flags = flags - HAS_IDLE
  else deadline = math.min(at_most, now + idle) end
  call('HSET', ENTRIES, key, struct.pack(HEADER, flags, version, idle, at_most, stale) .. entry:sub(HEADER_BYTES + 1))
end
if deadline == math.huge then call('ZREM', DEADLINES, key)
else call('ZADD', DEADLINES, text(deadline), key) end
tell('set', key, version) -- copies must not outlast it
return left(key, flags)
`,
);
