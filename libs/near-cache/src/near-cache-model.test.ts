import { expect, test } from "@jest/globals";
import { type FakeClock, fakeClock, seededRandom } from "@weft/core/testkit";
import { createNearCache, type NearCache } from "./near-cache.js";
import type { EntryChange, OpenWatch, WatchMessage, WatchPosition } from "./watch-message.js";

const keys = ["a", "b", "c", "d"];
const silenceMs = 30_000;

async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
}

/** A cache of its own making: versions as values, a bounded log of changes, watches and fetches that the test delays. */
function modelCache(random: () => number, clock: FakeClock) {
  const versions = new Map<string, number>();
  let log: { sequence: number; key: string | undefined; version: number }[] = [];
  let epoch = 1;
  let sequence = 0;
  let lastVersion = 0;
  let takenAt = Number.NEGATIVE_INFINITY;
  let openLinks = 0; // as far as the near cache can know
  const links: Link[] = [];
  const fetches: (() => void)[] = [];
  /** The highest version of each key that the near cache has been told is over or written. */
  const toldOf = new Map<string, number>();

  interface Link {
    sent: number;
    readonly queue: WatchMessage[];
    readonly marks: (() => void)[];
    wake: () => void;
    isOver: boolean;
  }

  const here = (): WatchPosition => ({ epoch: `e${epoch}`, sequence });

  function record(key: string | undefined): void {
    sequence++;
    lastVersion++;
    log.push({ sequence, key, version: lastVersion });
    if (log.length > 6) log.shift(); // so that resuming often meets a gap
  }

  const open: OpenWatch = (resumeAfter, signal) => {
    const link: Link = { sent: sequence, queue: [], marks: [], wake: () => {}, isOver: false };
    const over = () => {
      link.isOver = true;
      link.wake();
    };
    signal.addEventListener("abort", over, { once: true });
    const isKnown = resumeAfter?.epoch === `e${epoch}` && resumeAfter.sequence >= (log[0]?.sequence ?? 1) - 1;
    const gap = resumeAfter !== undefined && !isKnown;
    if (isKnown) link.sent = resumeAfter.sequence;
    links.push(link);
    push(link, gap);
    return messages();

    async function* messages() {
      openLinks++;
      try {
        for (;;) {
          while (link.queue.length > 0 && !link.isOver) {
            yield link.queue.shift() as WatchMessage;
            takenAt = clock.now();
            link.marks.shift()?.(); // it has been taken in: what it tells holds from now on
          }
          if (link.isOver) throw new Error("cut");
          await new Promise<void>((resolve) => {
            link.wake = resolve;
          });
        }
      } finally {
        openLinks--;
      }
    }
  };

  /** Sends what a watch has not been told yet. */
  function push(link: Link, gap = false): void {
    const isBehind = link.sent < (log[0]?.sequence ?? 1) - 1;
    const news = log.filter((each) => each.sequence > link.sent);
    const changes: EntryChange[] = gap || isBehind ? [] : news.map(({ key }) => ({ key }));
    const now = new Map(keys.map((key) => [key, versions.get(key) ?? 0]));
    link.queue.push({ position: here(), gap: gap || isBehind, changes });
    link.marks.push(() => {
      for (const [key, version] of now) toldOf.set(key, Math.max(version, toldOf.get(key) ?? 0));
    });
    link.sent = sequence;
    link.wake();
  }

  return {
    open,
    toldOf,
    fetches,
    /** Whether the near cache has a watch that said something not too long ago. */
    isHeard: () => openLinks > 0 && clock.now() - takenAt < silenceMs,
    versionOf: (key: string) => versions.get(key) ?? 0,
    write(key: string) {
      record(key);
      versions.set(key, lastVersion);
    },
    restart() {
      // Entries and count are gone; versions go on in this model, so that "older" stays a number.
      epoch++;
      sequence = 0;
      log = [];
      for (const key of keys) versions.set(key, ++lastVersion);
      for (const link of links.splice(0)) {
        link.isOver = true;
        link.wake();
      }
    },
    push() {
      for (const link of links) if (!link.isOver) push(link);
    },
    cut() {
      for (const link of links.splice(0)) {
        link.isOver = true;
        link.wake();
      }
    },
    /** Reads at a moment of its own, answers at a later one. */
    async fetch(key: string) {
      if (random() < 0.25) await new Promise<void>((resolve) => fetches.push(resolve));
      const value = versions.get(key) ?? 0;
      if (random() < 0.25) await new Promise<void>((resolve) => fetches.push(resolve));
      return { value, bytes: 8, keepMs: random() < 0.2 ? 5_000 : Number.POSITIVE_INFINITY, watch: "w" };
    },
  };
}

interface Get {
  readonly key: string;
  /** No older version may be answered. */
  readonly atLeast: number;
}

/**
 * The rule: a get answers no version older than the one that the last message taken in before it began has told of; and when
 * the watch is cut, or has said nothing for longer than it may be silent, none older than what the cache held when it began.
 */
test.each(Array.from({ length: 60 }, (_, i) => i + 1))(
  "no get answers what is known to be over, seed %i",
  async (seed) => {
    const random = seededRandom(seed);
    const clock: FakeClock = fakeClock();
    const cache = modelCache(random, clock);
    const near: NearCache<number> = createNearCache({
      fetch: cache.fetch,
      maxEntries: 3,
      clock,
      random,
    });
    near.follow("w", cache.open);
    const own = new Map<string, number>(); // written by this process
    const gets: Promise<void>[] = [];
    const pick = () => keys[Math.floor(random() * keys.length)] as string;

    const get = (key: string) => {
      const known = Math.max(cache.toldOf.get(key) ?? 0, own.get(key) ?? 0);
      const asked: Get = { key, atLeast: cache.isHeard() ? known : cache.versionOf(key) };
      gets.push(
        near.get(key).then((version) => {
          expect({ ...asked, version, isOlder: version < asked.atLeast }).toMatchObject({ isOlder: false });
        }),
      );
    };

    for (let step = 0; step < 400; step++) {
      const draw = random();
      const key = pick();
      if (draw < 0.45) get(key);
      else if (draw < 0.6) cache.write(key);
      else if (draw < 0.65) {
        cache.write(key);
        near.forget(key);
        own.set(key, cache.versionOf(key));
      } else if (draw < 0.75) cache.push();
      else if (draw < 0.88) cache.fetches.splice(Math.floor(random() * cache.fetches.length), 1)[0]?.();
      else if (draw < 0.91) cache.cut();
      else if (draw < 0.92) cache.restart();
      else if (draw < 0.93) clock.advance(silenceMs + 1);
      else clock.advance(random() * 500);
      if (random() < 0.7) await settle();
    }
    while (cache.fetches.length > 0) {
      for (const answer of cache.fetches.splice(0)) answer();
      await settle();
    }
    await Promise.all(gets);

    const { hits, misses, entries } = near.stats;
    expect(hits + misses).toBe(gets.length);
    expect(hits).toBeGreaterThan(5); // the run was about copies at all
    expect(entries).toBeLessThanOrEqual(3);
    near.close();
  },
);
