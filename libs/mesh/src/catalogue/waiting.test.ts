import { expect, test } from "@jest/globals";
import { createWaiting } from "./waiting.js";

test("everybody goes on at the next resume", async () => {
  const waiting = createWaiting();
  const both = Promise.all([waiting.until(), waiting.until(new AbortController().signal)]);

  waiting.resume();

  await both;
  expect(waiting.size).toBe(0);
});

test("who gives up goes on at once and leaves nothing behind", async () => {
  const waiting = createWaiting();
  const limit = new AbortController();
  const wait = waiting.until(limit.signal);

  limit.abort();

  await wait;
  await waiting.until(limit.signal);
  expect(waiting.size).toBe(0);
});
