import { script } from "../script.js";
import { entries } from "./entries.js";

/**
 * Where the changes stand: an epoch and the last sequence. The epoch is drawn once for the data, and has the run of the
 * server: one that starts again, or takes over, may have forgotten changes, and gives their numbers to others. Argument: the
 * draw, if there is none yet.
 */
export const positionScript = script(
  entries,
  /* lua */ `
call('HSETNX', META, 'epoch', ARGV[1])
local info = redis.pcall('INFO', 'server')
local run = type(info) == 'string' and info:match('run_id:(%x+)') or ARGV[1] -- a user may not be allowed to ask
return {call('HGET', META, 'epoch') .. '-' .. run:sub(1, 12), call('HGET', META, 'sequence') or '0'}
`,
);
