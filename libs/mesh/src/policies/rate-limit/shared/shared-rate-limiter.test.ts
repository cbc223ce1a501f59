import { AsyncLocalStorage } from "node:async_hooks";
import { describe, expect, test } from "@jest/globals";
import { type Clock, sleep } from "@weft/core";
import { type FakeClock, fakeClock, seededRandom } from "@weft/core/testkit";
import { type Call, createCall } from "../../../call.js";
import { callRequest } from "../../../testkit.js";
import { valueFinder } from "../key-value.js";
import type { Limit } from "../limit.js";
import type { RateLimiter, Take } from "../rate-limiter.js";
import type { Counters } from "./counters.js";
import { sharedRateLimiter } from "./shared-rate-limiter.js";
import { timeBuckets } from "./time-buckets.js";

const limit = (maxRequests: number, windowMs: number, key = "user_id", scope = "global"): Limit => ({
  scope,
  key,
  maxRequests,
  windowMs,
  valueIn: valueFinder(key),
});

function callOf(userId: string, args: object = {}): Call {
  const identity = { userId, deviceId: "", roles: [], tenant: "" };
  return createCall(callRequest("f", args, { identity }), new AbortController(), 0);
}

interface TestCounters extends Counters {
  /** Questions so far. */
  asked: number;
  readonly values: Map<string, number>;
}

/** What a cache would do, with a life from the first addition on. */
function memoryCounters(clock: Clock): TestCounters {
  const values = new Map<string, number>();
  const add = async (name: string, by: number, lifeMs: number) => {
    counters.asked++;
    if (!values.has(name)) clock.after(lifeMs, () => values.delete(name));
    values.set(name, (values.get(name) ?? 0) + by);
    return values.get(name) ?? 0;
  };
  const counters: TestCounters = {
    asked: 0,
    values,
    add: (name, lifeMs) => add(name, 1, lifeMs),
    takeBack: (name, lifeMs) => add(name, -1, lifeMs),
    async read(names) {
      counters.asked++;
      return names.map((name) => values.get(name) ?? 0);
    },
    async forget(prefix) {
      for (const name of [...values.keys()]) if (name.startsWith(prefix)) values.delete(name);
    },
  };
  return counters;
}

/** A clock in the middle of a bucket, where no neighbour can be in the way. */
function midBucket(windowMs: number): FakeClock {
  const clock = fakeClock();
  const { lengthMs } = timeBuckets(windowMs);
  clock.advance(lengthMs * 1.5 - (clock.wallTime() % lengthMs));
  return clock;
}

const times = async (count: number, take: Take, call = callOf("u")) => {
  const found = [];
  for (let at = 0; at < count; at++) found.push(await take(call));
  return found;
};

describe("two gateways", () => {
  test("have one limit, whichever is asked", async () => {
    const clock = midBucket(10_000);
    const counters = memoryCounters(clock);
    const [one, two] = [sharedRateLimiter({ counters, clock }), sharedRateLimiter({ counters, clock })];
    const rule = limit(3, 10_000);

    expect(await times(2, one.prepare([rule]))).toEqual([undefined, undefined]);
    expect(await two.prepare([rule])(callOf("u"))).toBeUndefined();
    expect(await two.prepare([rule])(callOf("u"))).toMatchObject({ limit: rule, current: 3 });
    expect(await one.prepare([rule])(callOf("u"))).toMatchObject({ current: 3 });
    expect(await one.prepare([rule])(callOf("other"))).toBeUndefined();
  });

  test("admit exactly the maximum of many calls at once", async () => {
    const clock = midBucket(10_000);
    const counters = memoryCounters(clock);
    const takes = [1, 2].map(() => sharedRateLimiter({ counters, clock }).prepare([limit(20, 10_000)]));

    const all = await Promise.all(Array.from({ length: 60 }, (_, at) => takes[at % 2]?.(callOf("u"))));

    expect(all.filter((exceeded) => exceeded === undefined)).toHaveLength(20);
    expect([...counters.values.values()]).toEqual([20]); // refused calls have used nothing up
    for (const exceeded of all) if (exceeded !== undefined) expect(exceeded.current).toBe(20);
  });

  test("whose clocks are apart see each other's calls at a border", async () => {
    const { lengthMs, apartMs } = timeBuckets(10_000);
    const clock = midBucket(10_000);
    clock.advance(lengthMs / 2 - 10); // 10 ms before a border, at which the one that is ahead has arrived already
    const counters = memoryCounters(clock);
    const ahead = { ...clock, wallTime: () => clock.wallTime() + apartMs - 1 };
    const takes = [clock, ahead].map((own) => sharedRateLimiter({ counters, clock: own }).prepare([limit(4, 10_000)]));

    const found = [];
    for (let at = 0; at < 6; at++) found.push(...(await times(1, takes[at % 2] as Take)));

    expect(found.filter((exceeded) => exceeded === undefined)).toHaveLength(4);
    expect(counters.values.size).toBe(2);
  });
});

test("the wait that a refusal tells is exact: one millisecond earlier the call is refused, then it passes", async () => {
  const clock = midBucket(1_000);
  const counters = memoryCounters(clock);
  const take = sharedRateLimiter({ counters, clock }).prepare([limit(3, 1_000)]);
  const { lengthMs } = timeBuckets(1_000);
  await times(2, take);
  clock.advance(2 * lengthMs);
  await times(1, take);

  const wait = (await take(callOf("u")))?.retryAfterMs ?? 0;
  expect(wait).toBe(8.5 * lengthMs); // when the bucket of the first two ends to count
  clock.advance(wait - 1);
  expect(await take(callOf("u"))).toMatchObject({ current: 3, retryAfterMs: 1 });
  clock.advance(1);
  expect(await times(2, take)).toEqual([undefined, undefined]);
  expect(await take(callOf("u"))).toMatchObject({ retryAfterMs: 2 * lengthMs });
});

test("a limit that is used up costs the cache nothing until the bucket ends, and then one look a bucket", async () => {
  const clock = midBucket(10_000);
  const counters = memoryCounters(clock);
  const take = sharedRateLimiter({ counters, clock }).prepare([limit(2, 10_000)]);
  await times(3, take);
  const before = counters.asked;

  const answer = take(callOf("u"));
  expect(answer).toMatchObject({ current: 2 });
  expect(answer).not.toBeInstanceOf(Promise);
  expect(counters.asked).toBe(before);

  clock.advance(timeBuckets(10_000).lengthMs);
  await times(100, take);
  expect(counters.asked).toBe(before + 3);
});

test("a call within a bucket costs one question", async () => {
  const clock = midBucket(10_000);
  const counters = memoryCounters(clock);
  const take = sharedRateLimiter({ counters, clock }).prepare([limit(1_000, 10_000)]);
  await take(callOf("u"));
  const before = counters.asked;

  await times(100, take);

  expect(counters.asked).toBe(before + 100);
});

test("a call of nobody costs nothing", () => {
  const clock = fakeClock();
  const counters = memoryCounters(clock);

  expect(sharedRateLimiter({ counters, clock }).prepare([limit(1, 100)])(callOf(""))).toBeUndefined();
  expect(counters.asked).toBe(0);
});

test("of several limits all admit a call, or none has counted it", async () => {
  const clock = midBucket(10_000);
  const counters = memoryCounters(clock);
  const take = sharedRateLimiter({ counters, clock }).prepare([limit(5, 10_000), limit(1, 10_000, "room", "a.f")]);
  const inRoom = (room: string) => take(callOf("u", { room }));

  expect(await inRoom("a")).toBeUndefined();
  for (let at = 0; at < 10; at++) expect(await inRoom("a")).toMatchObject({ limit: { key: "room" } });
  for (const room of "bcde") expect(await inRoom(room)).toBeUndefined();
  expect(await inRoom("f")).toMatchObject({ limit: { key: "user_id" } });
});

test("use is seen without being used up, at any gateway, and can be forgotten", async () => {
  const clock = midBucket(10_000);
  const counters = memoryCounters(clock);
  const [one, two] = [sharedRateLimiter({ counters, clock }), sharedRateLimiter({ counters, clock })];
  const rule = limit(2, 10_000);
  const [takeOne, takeTwo] = [one.prepare([rule]), two.prepare([rule])];
  await times(2, takeOne);
  expect(await takeTwo(callOf("u"))).toMatchObject({ current: 2 });

  for (const limiter of [one, two])
    expect(await limiter.usage(rule, "u")).toMatchObject({ current: 2, retryAfterMs: 10.5 * 1_010 });
  expect(await one.usage(rule, "nobody")).toEqual({ current: 0, retryAfterMs: 0 });
  await one.reset("global", "user_id", "u");

  expect(await takeOne(callOf("u"))).toBeUndefined();
  expect(takeTwo(callOf("u"))).toMatchObject({ current: 2 }); // it has heard nothing yet
  clock.advance(timeBuckets(10_000).lengthMs);
  expect(await takeTwo(callOf("u"))).toBeUndefined();
});

test("a gateway that never counted a value can let it start anew, whatever the window", async () => {
  const clock = midBucket(10_000);
  const counters = memoryCounters(clock);
  const take = sharedRateLimiter({ counters, clock }).prepare([limit(2, 10_000), limit(2, 60_000)]);
  await times(2, take);

  await sharedRateLimiter({ counters, clock }).reset("global", "user_id", "u");

  expect(counters.values.size).toBe(0);
});

test("what is remembered is bounded, and goes when its bucket has ended", async () => {
  const clock = midBucket(10_000);
  const counters = memoryCounters(clock);
  const limiter = sharedRateLimiter({ counters, clock, maxValues: 10 });
  const take = limiter.prepare([limit(1, 10_000)]);
  for (let user = 0; user < 50; user++) await take(callOf(`u${user}`));

  expect(await take(callOf("u0"))).toMatchObject({ current: 1 }); // read again
  expect(limiter.cleanUp(100)).toBe(0);
  clock.advance(timeBuckets(10_000).lengthMs);
  expect([limiter.cleanUp(4), limiter.cleanUp(100)]).toEqual([4, 6]);
});

test("no text that came with a call is a part of a counter's name", async () => {
  const clock = midBucket(10_000);
  const counters = memoryCounters(clock);
  await sharedRateLimiter({ counters, clock }).prepare([limit(1, 10_000)])(callOf("ann\n:é"));

  expect([...counters.values.keys()]).toEqual([expect.stringMatching(/^rate:[0-9a-f]{64}:10000:\d+$/)]);
});

describe("counters that fail", () => {
  const broken = (fails: () => boolean, clock: Clock): Counters => {
    const counters = memoryCounters(clock);
    const unless = <A extends unknown[], T>(run: (...args: A) => Promise<T>) => {
      return async (...args: A) => {
        if (fails()) throw new Error("away");
        return run(...args);
      };
    };
    return {
      add: unless(counters.add),
      takeBack: unless(counters.takeBack),
      read: unless(counters.read),
      forget: unless(counters.forget),
    };
  };

  test("fail the take, and the next one asks again", async () => {
    const clock = midBucket(10_000);
    let isAway = true;
    const take = sharedRateLimiter({ counters: broken(() => isAway, clock), clock }).prepare([limit(1, 10_000)]);

    await expect(take(callOf("u"))).rejects.toThrow("away");
    isAway = false;
    expect(await take(callOf("u"))).toBeUndefined();
    expect(await take(callOf("u"))).toMatchObject({ current: 1 });
  });

  test("do not outdo a refusal of another limit", async () => {
    const clock = midBucket(10_000);
    const counters = memoryCounters(clock);
    const rules = [limit(1, 10_000), limit(5, 10_000, "room")];
    const add: Counters["add"] = (name, lifeMs) => {
      return counters.values.size >= 2 && !counters.values.has(name)
        ? Promise.reject(new Error("full"))
        : counters.add(name, lifeMs);
    };
    const take = sharedRateLimiter({ counters: { ...counters, add }, clock }).prepare(rules);
    expect(await take(callOf("u", { room: "a" }))).toBeUndefined();

    expect(await take(callOf("u", { room: "b" }))).toMatchObject({ limit: { key: "user_id" } });
  });

  test("that answer after their bucket has ended are asked again, for the next", async () => {
    const clock = midBucket(10_000);
    const counters = memoryCounters(clock);
    let isSlow = true;
    const add: Counters["add"] = (name, lifeMs) => {
      if (isSlow) clock.advance(timeBuckets(10_000).lengthMs);
      isSlow = false;
      return counters.add(name, lifeMs);
    };
    const take = sharedRateLimiter({ counters: { ...counters, add }, clock }).prepare([limit(1, 10_000)]);

    expect(await take(callOf("u"))).toBeUndefined();
    expect([...counters.values.values()]).toEqual([0, 1]);
  });

  test("that are always later are of no use", async () => {
    const clock = fakeClock();
    const counters = memoryCounters(clock);
    const add: Counters["add"] = (name, lifeMs) => {
      clock.advance(60);
      return counters.add(name, lifeMs);
    };
    const take = sharedRateLimiter({ counters: { ...counters, add }, clock }).prepare([limit(1, 100)]);

    await expect(take(callOf("u"))).rejects.toThrow("later than within 51 ms");
  });
});

/** The most of these times that one window holds. */
function mostIn(windowMs: number, unsorted: readonly number[]): number {
  const sorted = unsorted.toSorted((a, b) => a - b);
  let most = 0;
  for (let from = 0, to = 0; to < sorted.length; to++) {
    while ((sorted[to] ?? 0) - (sorted[from] ?? 0) >= windowMs) from++;
    most = Math.max(most, to - from + 1);
  }
  return most;
}

test.each([1, 2, 3, 4, 5, 6])(
  "one at a time, a call is refused only if the maximum is used up, counting a bucket more (seed %d)",
  async (seed) => {
    const random = seededRandom(seed);
    const pick = (count: number) => Math.floor(random() * count);
    const clock = fakeClock();
    const counters = memoryCounters(clock);
    const rules = [limit(2 + pick(10), 100 + pick(2_000)), limit(2 + pick(20), 1_000, "room", "a.f")];
    const takes = [1, 2, 3].map(() => sharedRateLimiter({ counters, clock }).prepare(rules));
    const admitted = rules.map(() => new Map<string, number[]>());

    for (let step = 0; step < 600; step++) {
      clock.advance(pick(random() < 0.1 ? 800 : 60));
      const call = callOf(["", "u1", "u2"][pick(3)] ?? "", { room: ["", "r1", "r2"][pick(3)] });
      const exceeded = await takes[pick(3)]?.(call);

      const counted = rules.flatMap((rule, at) => {
        const value = rule.valueIn(call);
        if (value === undefined) return [];
        const list = admitted[at]?.get(value) ?? [];
        admitted[at]?.set(value, list);
        return [{ rule, list }];
      });
      if (exceeded === undefined) for (const { list } of counted) list.push(clock.wallTime());
      const within = ({ rule, list }: (typeof counted)[number], lengthMs: number) =>
        list.filter((time) => time > clock.wallTime() - lengthMs).length - rule.maxRequests;
      for (const one of counted) expect(within(one, one.rule.windowMs)).toBeLessThanOrEqual(0);
      if (exceeded === undefined) continue;
      const refusing = counted.find(({ rule }) => rule === exceeded.limit) as (typeof counted)[number];
      const { lengthMs, earlier } = timeBuckets(exceeded.limit.windowMs);
      expect(within(refusing, (earlier + 1) * lengthMs)).toBeGreaterThanOrEqual(0);
    }
  },
);

test.each([1, 2, 3, 4, 5, 27])(
  "never more than the maximum is admitted in any window, however late answers are and however far apart the clocks (seed %d)",
  async (seed) => {
    const random = seededRandom(seed);
    const pick = (count: number) => Math.floor(random() * count);
    const clock = fakeClock();
    const windowMs = [100, 600, 2_000, 7_000][pick(4)] ?? 0;
    const maxRequests = 1 + pick(12);
    const rules = [limit(maxRequests, windowMs), limit(maxRequests + pick(20), 3 * windowMs)];
    const { apartMs, lengthMs } = timeBuckets(windowMs);
    const memory = memoryCounters(clock);
    const underWay = new AsyncLocalStorage<Map<number, number>>(); // when a call was counted, by window
    const trip = () => sleep(random() < 0.05 ? pick(lengthMs) : pick(lengthMs / 8), { clock });
    const remote = <A extends unknown[], T>(run: (...args: A) => Promise<T>) => {
      return async (...args: A) => {
        await trip();
        const answer = await run(...args);
        await trip();
        return answer;
      };
    };
    const add: Counters["add"] = (name, lifeMs) => {
      underWay.getStore()?.set(Number(name.split(":")[2]), clock.wallTime());
      return memory.add(name, lifeMs);
    };
    const counters = { ...memory, add: remote(add), takeBack: remote(memory.takeBack), read: remote(memory.read) };
    const gateways: RateLimiter[] = [0, 1, 2].map((at) => {
      const aheadMs = (apartMs * at) / 2;
      return sharedRateLimiter({ counters, clock: { ...clock, wallTime: () => clock.wallTime() + aheadMs } });
    });
    const takes = gateways.map((gateway) => gateway.prepare(rules));
    const admitted: Map<number, number>[] = [];
    let failed = 0;
    const stepMs = Math.ceil(lengthMs / 20);

    for (let step = 0; step < 800; step++) {
      const burst = random() < 0.03 ? 20 : 0; // so that at a border there is something left to admit
      for (let at = 0; at < burst; at++) {
        const counted = new Map<number, number>();
        underWay.run(counted, async () => {
          try {
            if ((await takes[pick(3)]?.(callOf("u"))) === undefined) admitted.push(counted);
          } catch {
            failed++;
          }
        });
      }
      clock.advance(1 + pick(stepMs));
      await new Promise(setImmediate);
    }

    for (const rule of rules) {
      const countedAt = admitted.map((counted) => counted.get(rule.windowMs) as number);
      expect(mostIn(rule.windowMs, countedAt)).toBeLessThanOrEqual(rule.maxRequests);
    }
    expect(admitted.length).toBeGreaterThanOrEqual(maxRequests);
    expect(failed).toBeLessThan(50);
  },
);
