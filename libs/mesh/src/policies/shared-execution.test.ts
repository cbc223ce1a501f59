import { expect, test } from "@jest/globals";
import { Code, Reason, WeftError } from "@weft/core";
import { fakeClock } from "@weft/core/testkit";
import { type Call, createCall } from "../call.js";
import { compileVariant } from "../catalogue/compile-variant.js";
import type { CallResult } from "../pipeline.js";
import { createStickyTable } from "../selection/sticky-table.js";
import { callRequest, functionConfig } from "../testkit.js";
import { shareExecution } from "./shared-execution.js";

const clock = fakeClock();
const result: CallResult = { json: Buffer.from("1"), node: "n" };

function call(limitMs: number): Call {
  const options = { random: Math.random, clock, stickyTable: createStickyTable({ clock }) };
  const variant = compileVariant(functionConfig({ function: "f", timeoutMs: 10_000 }), options);
  if ("problems" in variant) throw new Error(variant.problems.join());
  const request = callRequest("f", {}, { deadlineAt: clock.now() + limitMs });
  return {
    ...createCall(request, new AbortController(), clock.now()),
    target: { variant, candidates: [], isDisabled: false },
  };
}

/** An execution that ends when the test says so. */
function execution(first: Call, outlivesCallers: boolean) {
  let finish: (result: CallResult) => void = () => {};
  let fail: (error: WeftError) => void = () => {};
  const works: Call[] = [];
  const shared = shareExecution(
    first,
    (work) => {
      works.push(work);
      return new Promise((resolve, reject) => {
        finish = resolve;
        fail = reject;
      });
    },
    { clock, outlivesCallers },
  );
  return { shared, works, finish: (end: CallResult) => finish(end), fail: (error: WeftError) => fail(error) };
}

const errorOf = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  );

test("everybody gets the one outcome", async () => {
  const first = call(1_000);
  const { shared, works, finish } = execution(first, false);
  const joined = [shared.join(first), shared.join(call(1_000))];

  finish(result);

  expect(await Promise.all(joined)).toEqual([result, result]);
  expect(works).toHaveLength(1);
  expect(clock.pending).toBe(0);
});

test("everybody gets the one error", async () => {
  const { shared, fail } = execution(call(1_000), false);
  const joined = [errorOf(shared.join(call(1_000))), errorOf(shared.join(call(1_000)))];
  const error = new WeftError(Code.NotFound, "nothing");

  fail(error);

  expect(await Promise.all(joined)).toEqual([error, error]);
});

test("each has a deadline of its own, and the work has the function's", async () => {
  const first = call(100);
  const { shared, works, finish } = execution(first, false);
  const early = errorOf(shared.join(first));
  const late = shared.join(call(5_000));

  clock.advance(100);
  expect(await early).toMatchObject({ code: Code.DeadlineExceeded, reason: Reason.Timeout });
  finish(result);

  expect(await late).toBe(result);
  expect(works[0]?.deadlineAt).toBe(first.startedAt + 10_000);
});

test("one who cancels leaves the work to the others; the last one ends it", async () => {
  const [a, b] = [call(1_000), call(1_000)];
  const { shared, works } = execution(a, false);
  const [first, second] = [errorOf(shared.join(a)), errorOf(shared.join(b))];

  a.abort.abort("a is gone");
  expect(await first).toBe("a is gone");
  expect(works[0]?.abort.signal.aborted).toBe(false);
  expect(shared.isAbandoned).toBe(false);

  b.abort.abort("b is gone");
  await second;
  expect(works[0]?.abort.signal.aborted).toBe(true);
  expect(shared.isAbandoned).toBe(true);
});

test("work that outlives its callers goes on without them", async () => {
  const a = call(1_000);
  const { shared, works, finish } = execution(a, true);
  const gone = errorOf(shared.join(a));

  a.abort.abort("gone");
  await gone;
  expect(works[0]?.abort.signal.aborted).toBe(false);
  finish(result);

  expect(await shared.outcome).toBe(result);
  expect(await shared.join(call(1_000))).toBe(result);
});
