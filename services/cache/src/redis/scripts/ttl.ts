import { script } from "../script.js";
import { entries } from "./entries.js";

/** Answers nothing, -1 (for ever) or the microseconds left. */
const left = /* lua */ `
local function visible(key)
  local entry = live(key)
  return entry and not has(entry:byte(1), KNOWN_ABSENT) and entry
end

local function left(key)
  local deadline = call('ZSCORE', DEADLINES, key)
  return text(deadline and tonumber(deadline) - now or -1)
end
`;

export const ttlScript = script(entries, left, "return visible(ARGV[1]) and left(ARGV[1])");

/** Arguments: key, "set", "add" or "persist", microseconds. */
export const changeTtlScript = script(
  entries,
  left,
  /* lua */ `
local key, change, by = unpack(ARGV)
local entry = visible(key)
if not entry then return false end
local flags, version, idle, at_most, stale = struct.unpack(HEADER, entry)
local slides = has(flags, HAS_IDLE)
local deadline = tonumber(call('ZSCORE', DEADLINES, key) or math.huge)
if not slides then at_most = deadline end

if change == 'persist' then
  if slides then flags, slides = flags - HAS_IDLE, false end
  at_most, deadline = math.huge, math.huge
elseif change == 'add' then at_most = at_most + by
else at_most = now + by end

if slides then deadline = math.min(change == 'add' and deadline or now + idle, at_most)
elseif change ~= 'persist' then deadline = at_most end

if flags ~= entry:byte(1) or slides then
  call('HSET', ENTRIES, key, struct.pack(HEADER, flags, version, idle, at_most, stale) .. entry:sub(HEADER_BYTES + 1))
end
if deadline == math.huge then
  call('ZREM', DEADLINES, key)
  return text(-1)
end
if deadline <= now then
  expire(key, entry, math.min(deadline, now - 1))
  return text(0)
end
call('ZADD', DEADLINES, text(deadline), key)
return left(key)
`,
);
