import { startFoundRedis } from "@weft/test/redis";
import type { Start } from "../load/actor.js";

/** Starts a Redis, which ends with this process. */
export const start: Start = async () => ({ addresses: { redis: (await startFoundRedis()).url } });
