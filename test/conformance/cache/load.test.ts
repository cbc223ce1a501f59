import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { afterEach, expect, test } from "@jest/globals";
import type { ReadyMessage } from "@weft/service";
import { repositoryRoot } from "../../support/repository.js";
import type { Seen } from "./load-clients.js";

const capacity = 100;
const env = {
  WEFT_LISTEN: "127.0.0.1:0",
  WEFT_DISCOVERY: "embedded",
  WEFT_DRAIN_DELAY_MS: "0",
  WEFT_LOG_LEVEL: "silent",
  WEFT_CACHE_CAPACITY: String(capacity),
};

const children: ChildProcess[] = [];
afterEach(async () => {
  for (const child of children) {
    child.kill();
    if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  }
});

/** Starts one of the repository's programs and gives its first message. */
async function messageOf<Message>(program: string, args: readonly string[]): Promise<Message> {
  const child = fork(join(repositoryRoot, program), args, { env, execArgv: [] });
  children.push(child);
  const ended = once(child, "exit").then(([code]) => Promise.reject(new Error(`${program} ended with ${code}`)));
  const [message] = (await Promise.race([once(child, "message"), ended])) as [Message];
  ended.catch(() => {}); // it ends later, when it may
  return message;
}

test("cache C36: the counters are exact under 64 clients, and the size stays within the capacity (seeds 1 to 64)", async () => {
  const { publicAddress } = await messageOf<ReadyMessage>("services/cache/dist/main.js", []);
  const program = "test/dist/conformance/cache/load-clients.js";

  const { gets, hits, sets, removes, largestSize, last } = await messageOf<Seen>(program, [String(publicAddress)]);

  expect(last).toMatchObject({ totalGets: gets, totalHits: hits, totalSets: sets, totalRemoves: removes });
  expect(gets + sets).toBeGreaterThan(50_000);
  expect(hits).toBeGreaterThan(0);
  expect(hits).toBeLessThanOrEqual(gets);
  expect(largestSize).toBeLessThanOrEqual(capacity);
}, 180_000);
