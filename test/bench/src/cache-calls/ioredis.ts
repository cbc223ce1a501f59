import { Redis } from "ioredis";
import { keys, valueUnder } from "./work.js";

/** One connection on which commands of one turn of the event loop leave together. Values are JSON there as here. */
export async function connect(url: string): Promise<Redis> {
  const client = new Redis(url, { enableAutoPipelining: true });
  await client.mset(keys.flatMap((key) => [key, JSON.stringify(valueUnder(key))]));
  return client;
}
