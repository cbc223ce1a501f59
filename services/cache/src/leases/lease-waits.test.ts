import { expect, test } from "@jest/globals";
import { fakeClock } from "@weft/core/testkit";
import { createMemoryStore } from "../engine/memory-store.js";
import type { Lease } from "../store/lease.js";
import { storeValue } from "../store/stored-value.js";

const value = storeValue("json", Buffer.from("1"));

/** A store in which somebody computes the value of "k", within a second, and others wait for it. */
function busyStore() {
  const clock = fakeClock();
  const store = createMemoryStore({ capacity: 10, clock });
  const first = store.lease("k", { leaseMs: 1_000 });
  if (first.state !== "granted") throw new Error("the first is granted a lease");
  const answers: (Lease | { readonly error: unknown })[] = [];
  /** The answers stand in their order. */
  function wait(waitMs: number, signal: AbortSignal = new AbortController().signal): void {
    const waiting = Promise.resolve(store.lease("k", { leaseMs: 1_000, wait: { waitMs, signal } }));
    waiting.then(
      (lease) => answers.push(lease),
      (error) => answers.push({ error }),
    );
  }
  return { clock, store, token: first.token, wait, answers };
}

const settled = () => new Promise(setImmediate);
const times = (count: number, run: () => void) => Array.from({ length: count }, run);

test("one computes, and all who wait get the value of one write", async () => {
  const { store, token, wait, answers } = busyStore();
  times(100, () => wait(5_000));
  await settled();
  expect(answers).toEqual([]);

  store.set("k", value, { leaseToken: token });
  await settled();

  expect(answers).toHaveLength(100);
  for (const answer of answers) expect(answer).toMatchObject({ state: "hit", entry: { key: "k", version: 1 } });
  expect(store.stats()).toMatchObject({ totalSets: 1, totalGets: 102, totalHits: 1 });
});

test("those who wait hear too that there is known to be no value", async () => {
  const { store, token, wait, answers } = busyStore();
  times(3, () => wait(5_000));

  store.set("k", value, { leaseToken: token, known: "absent" });
  await settled();

  expect(answers).toEqual(times(3, () => ({ state: "hit" })));
});

test.each([
  ["given back", ({ store, token }: ReturnType<typeof busyStore>) => store.release("k", token)],
  ["ended by a removal", ({ store }: ReturnType<typeof busyStore>) => store.remove("k")],
  ["ended by a clear", ({ store }: ReturnType<typeof busyStore>) => store.clear()],
  ["run out", ({ clock }: ReturnType<typeof busyStore>) => clock.advance(1_001)],
])("a lease that is %s goes to one who waits, and the others wait on", async (_title, end) => {
  const busy = busyStore();
  const { store, wait, answers } = busy;
  times(3, () => wait(5_000));
  await settled();

  end(busy);
  await settled();
  expect(answers).toMatchObject([{ state: "granted" }]);

  const { token } = answers[0] as { token: string };
  store.set("k", value, { leaseToken: token });
  await settled();
  expect(answers.slice(1)).toMatchObject([{ state: "hit" }, { state: "hit" }]);
});

test("turns are taken in the order of asking", async () => {
  const { store, token, wait, answers } = busyStore();
  times(3, () => wait(5_000));

  let last = token;
  for (let turn = 1; turn <= 3; turn++) {
    store.release("k", last);
    await settled();
    expect(answers).toHaveLength(turn);
    last = (answers[turn - 1] as { token: string }).token;
  }
});

test("who has waited long enough hears what there is, as without waiting", async () => {
  const { clock, wait, answers } = busyStore();
  wait(400);
  await settled();

  clock.advance(399);
  await settled();
  expect(answers).toEqual([]);
  clock.advance(1);
  await settled();

  expect(answers).toEqual([{ state: "taken", leftMs: 600 }]);
});

test("who goes away leaves his place and his turn to others", async () => {
  const { store, token, wait, answers } = busyStore();
  const gone = new AbortController();
  wait(5_000, gone.signal);
  wait(5_000);
  await settled();

  gone.abort("gone");
  await settled();
  expect(answers).toEqual([{ error: "gone" }]);
  store.release("k", token);
  await settled();

  expect(answers[1]).toMatchObject({ state: "granted" });
});

test("who goes away as it becomes his turn is granted nothing that he would keep", async () => {
  const { store, token, wait, answers } = busyStore();
  const gone = new AbortController();
  wait(5_000, gone.signal);
  wait(5_000);
  await settled();

  store.release("k", token);
  gone.abort("gone");
  await settled();

  expect(answers).toContainEqual({ error: "gone" });
  expect(answers).toContainEqual(expect.objectContaining({ state: "granted" }));
});

test("of one key 1,000 may wait; one more is answered at once, and places become free again", async () => {
  const { store, token, wait, answers } = busyStore();
  times(1_000, () => wait(5_000));
  await settled();

  wait(5_000);
  await settled();
  expect(answers).toMatchObject([{ state: "taken" }]);
  store.set("k", value, { leaseToken: token });
  await settled();

  expect(answers).toHaveLength(1_001);
  store.remove("k");
  const next = store.lease("k", { leaseMs: 1_000 }) as { token: string };
  wait(5_000);
  await settled();
  expect(answers).toHaveLength(1_001);
  store.release("k", next.token);
  await settled();
  expect(answers[1_001]).toMatchObject({ state: "granted" });
});
