import { findRedis } from "./find-redis.js";
import { type RedisServer, startRedisServer } from "./redis-server.js";

/** A Redis that runs here, or an error that says why there is none. */
export async function startFoundRedis(): Promise<RedisServer> {
  const found = await findRedis();
  if (found.path === undefined) throw new Error(`no redis: ${found.missing}`);
  return startRedisServer(found);
}
