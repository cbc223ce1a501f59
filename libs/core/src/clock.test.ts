import { expect, test } from "@jest/globals";
import { sleep, systemClock } from "./clock.js";
import { fakeClock } from "./testkit.js";

test("a sleep ends when its time has come", async () => {
  const clock = fakeClock();
  let isOver = false;
  const sleeping = sleep(100, { clock }).then(() => {
    isOver = true;
  });

  clock.advance(99);
  await Promise.resolve();
  expect(isOver).toBe(false);
  clock.advance(1);
  await sleeping;
  expect(isOver).toBe(true);
});

test("a sleep that is aborted throws the signal's reason and leaves no timer", async () => {
  const clock = fakeClock();
  const abort = new AbortController();
  const sleeping = sleep(100, { clock, signal: abort.signal });

  abort.abort("enough");

  await expect(sleeping).rejects.toBe("enough");
  expect(clock.pending).toBe(0);
  await expect(sleep(100, { clock, signal: abort.signal })).rejects.toBe("enough");
});

test("the system's timers take waits that setTimeout would run at once", async () => {
  let ran = false;
  const cancel = systemClock.after(2 ** 40, () => {
    ran = true;
  });

  await new Promise((resolve) => setTimeout(resolve, 20));
  cancel();

  expect(ran).toBe(false);
});

test("timers of the fake clock run in the order in which they fall due", () => {
  const clock = fakeClock();
  const order: string[] = [];
  clock.after(20, () => order.push("b"));
  clock.after(10, () => {
    order.push("a");
    clock.after(5, () => order.push("a+5"));
  });

  clock.advance(30);

  expect(order).toEqual(["a", "a+5", "b"]);
});
