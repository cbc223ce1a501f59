import { beforeEach, expect, test } from "@jest/globals";
import { statusFromError, transportError } from "@weft/contracts";
import { ExecuteRequest, LinkRequest, LinkResponse } from "@weft/contracts/node";
import { Code, Reason, WeftError } from "@weft/core";
import { type FakeClock, fakeClock } from "@weft/core/testkit";
import { CallAbort } from "../../call-abort.js";
import type { FrameSink } from "./frame-stream.js";
import { Link } from "./link.js";

let clock: FakeClock;
let node: FakeNode;
let link: Link;
let ends: (WeftError | undefined)[];

/** The other end of a stream: what was written, by generated code, and whether it reads on. */
interface FakeNode {
  sink: FrameSink;
  readonly frames: LinkRequest[];
  reads: boolean;
  isEnded: boolean;
  isCancelled: boolean;
  answer(response: Partial<LinkResponse>): void;
}

function fakeNode(): FakeNode {
  return {
    sink: { frame() {}, drained() {}, over() {} },
    frames: [],
    reads: true,
    isEnded: false,
    isCancelled: false,
    answer(response) {
      this.sink.frame(Buffer.from(LinkResponse.encode(LinkResponse.fromPartial(response)).finish()));
    },
  };
}

beforeEach(() => {
  clock = fakeClock();
  node = fakeNode();
  ends = [];
  link = new Link({
    open(sink) {
      node.sink = sink;
      return {
        write(frame) {
          node.frames.push(LinkRequest.decode(frame));
          return node.reads;
        },
        end() {
          node.isEnded = true;
        },
        cancel() {
          node.isCancelled = true;
        },
      };
    },
    maxResponseBytes: 1_000,
    clock,
    opened() {},
    draining() {},
    over: (error) => ends.push(error),
  });
});

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
const result = (id: number, value: string) => ({
  id,
  outcome: { $case: "resultJson" as const, value: Buffer.from(value) },
});
const failed = (id: number, error: WeftError) => ({
  id,
  outcome: { $case: "error" as const, value: statusFromError(error) },
});

/** Takes calls from here on. The first frame was the ping. */
function open(): void {
  node.answer({ pong: node.frames[0]?.ping ?? 0 });
  node.frames.length = 0;
}

function execute(name: string, { timeoutMs = 5_000, abort = new CallAbort(), args = "{}" } = {}): Promise<string> {
  const request = ExecuteRequest.fromPartial({ context: {}, function: name, argsJson: Buffer.from(args) });
  const limits = {
    timeoutMs,
    abort,
    get signal() {
      return abort.signal;
    },
  };
  return link.execute(request, limits).then((json) => Buffer.from(json).toString());
}

const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => Promise.reject(new Error("the call did not fail")),
    (error) => error,
  );
const lost = (processed: "no" | "maybe") => ({
  code: Code.Unavailable,
  reason: Reason.ConnectionLost,
  metadata: { processed },
});
const sentIds = () => node.frames.flatMap(({ calls }) => calls.map(({ id }) => id));
const frameSizes = () => node.frames.map(({ calls }) => calls.length);

test("it is open once the node has answered the first ping", () => {
  expect(node.frames).toEqual([{ calls: [], cancels: [], ping: 1 }]);
  expect(link.isOpen).toBe(false);

  node.answer({ pong: 1 });

  expect(link.isOpen).toBe(true);
});

test("an idle link writes at once, a busy one what the turn brings, at most 32 to a frame", async () => {
  open();
  const calls = Array.from({ length: 71 }, (_, i) => execute(`f${i}`));
  expect(frameSizes()).toEqual([1, 32, 32]);

  await turn();

  expect(frameSizes()).toEqual([1, 32, 32, 6]);
  for (const id of sentIds().reverse()) node.answer({ results: [result(id, `${id}`)] });
  expect(await Promise.all(calls)).toEqual(calls.map((_, i) => `${i + 1}`));
});

test("an error is the one that Execute would have ended with", async () => {
  open();
  const refused = execute("f");
  const said = new WeftError(Code.NotFound, "no such place", { reason: "NO_PLACE", domain: "places" });

  node.answer({ results: [failed(1, said)] });

  expect(await failure(refused)).toMatchObject({ code: Code.NotFound, reason: "NO_PLACE", domain: "places" });
});

test("a result over the limit is refused", async () => {
  open();
  const large = execute("f");

  node.answer({ results: [result(1, "x".repeat(1_001))] });

  expect(await failure(large)).toMatchObject({ reason: Reason.PayloadTooLarge });
});

test("the time left is the link's to watch, by one timer; the node is told", async () => {
  open();
  const timers = clock.pending;
  const brief = execute("brief", { timeoutMs: 100 });
  const long = execute("long", { timeoutMs: 300 });
  const endless = execute("endless", { timeoutMs: Number.POSITIVE_INFINITY });
  expect(clock.pending).toBe(timers + 1);

  clock.advance(100);
  expect(await failure(brief)).toMatchObject({ code: Code.DeadlineExceeded, reason: Reason.Timeout });
  clock.advance(200);
  expect(await failure(long)).toMatchObject({ reason: Reason.Timeout });
  await turn();

  expect(node.frames.flatMap(({ cancels }) => cancels)).toEqual([1, 2]);
  expect(link.inFlight).toBe(1);
  node.answer({ results: [result(3, "at last")] });
  expect(await endless).toBe("at last");
});

test("a cancel is a frame; the result that still comes is for nobody", async () => {
  open();
  const abort = new CallAbort();
  const other = execute("other");
  const cancelled = execute("f", { abort });

  abort.abort(new WeftError(Code.Cancelled, "enough", { reason: Reason.Cancelled }));
  expect(await failure(cancelled)).toMatchObject({ message: "enough" });
  await turn();

  expect(node.frames.flatMap(({ cancels }) => cancels)).toEqual([2]);
  expect(node.isCancelled).toBe(false);
  node.answer({ results: [result(2, "late"), result(1, "still here")] });
  expect(await other).toBe("still here");
  expect(link.strayResults).toBe(1);
});

test("results for no call, and second ones, are passed over and counted", async () => {
  open();
  const call = execute("f");

  node.answer({ results: [result(77, "?"), result(1, "mine"), result(1, "again")] });

  expect(await call).toBe("mine");
  expect(link.strayResults).toBe(2);
  expect(link.isOpen).toBe(true);
});

test.each([
  ["cannot be decoded", Buffer.from([10, 200, 1, 8])],
  ["has a result without its outcome", Buffer.from([10, 2, 8, 1])],
  ["has an error that cannot be decoded", Buffer.from([10, 5, 8, 1, 26, 1, 8])],
])("a frame that %s breaks the link", async (_, frame) => {
  open();
  const call = execute("f");

  node.sink.frame(frame);

  expect(await failure(call)).toMatchObject(lost("maybe"));
  expect(node.isCancelled).toBe(true);
  expect(ends).toHaveLength(1);
  expect(clock.pending).toBe(0);
});

test("a lost link says which calls were never written", async () => {
  open();
  node.reads = false;
  const first = execute("written");
  const second = execute("waits");

  node.sink.over(transportError(Code.Unavailable, "read ECONNRESET"));
  node.sink.over(undefined); // once is enough

  expect(await failure(first)).toMatchObject(lost("maybe"));
  expect(await failure(second)).toMatchObject(lost("no"));
  expect(ends).toHaveLength(1);
  expect(clock.pending).toBe(0);
});

test("while the node is slow calls wait, up to a bound, and go out in their order", async () => {
  open();
  node.reads = false;
  const calls: Promise<string>[] = [];
  for (let i = 0; i < 4_097; i++) calls.push(execute("f"));
  await turn();
  expect(frameSizes()).toEqual([1]);
  expect(await failure(execute("one too many"))).toMatchObject({
    code: Code.ResourceExhausted,
    reason: Reason.Overloaded,
  });

  node.reads = true;
  node.sink.drained();

  expect(sentIds()).toEqual(calls.map((_, i) => i + 1));
  expect(Math.max(...frameSizes())).toBe(32);
  for (const id of sentIds()) node.answer({ results: [result(id, "")] });
  await Promise.all(calls);
});

test("what waits is bounded in bytes too", async () => {
  open();
  node.reads = false;
  const args = "x".repeat(60_000);
  const calls = Array.from({ length: 19 }, () => execute("f", { args }).catch((error) => error));

  const refused = await failure(execute("f", { args }));

  expect(refused).toMatchObject({ reason: Reason.Overloaded, metadata: { limit_bytes: "1048576" } });
  node.sink.over(undefined);
  await Promise.all(calls);
});

test("a node that takes nothing for 10 s has lost the link", async () => {
  open();
  node.reads = false;
  const call = execute("f", { timeoutMs: 60_000 });
  const tick = () => {
    clock.advance(4_999);
    node.answer({}); // it still writes
  };

  tick();
  tick();
  expect(ends).toHaveLength(0);
  clock.advance(2);

  expect(await failure(call)).toMatchObject(lost("maybe"));
  expect(node.isCancelled).toBe(true);
});

test("a silent node is pinged after 10 s and given up 5 s later", async () => {
  open();
  const call = execute("f", { timeoutMs: 60_000 });
  node.frames.length = 0;

  clock.advance(15_000);
  expect(node.frames).toEqual([{ calls: [], cancels: [], ping: 2 }]);
  node.answer({ pong: 2 });
  clock.advance(15_000);
  expect(node.frames[1]).toMatchObject({ ping: 3 });
  expect(ends).toHaveLength(0);
  clock.advance(5_000);

  expect(await failure(call)).toMatchObject(lost("maybe"));
  expect(clock.pending).toBe(0);
});

test("a node that never answers the first ping has no link", () => {
  clock.advance(5_000);

  expect(ends).toEqual([expect.objectContaining({ code: Code.Unavailable })]);
  expect(node.isCancelled).toBe(true);
});

test("a node that drains gets no new calls, and the old ones their results", async () => {
  open();
  const call = execute("f");

  node.answer({ draining: true });
  expect(link.isDraining).toBe(true);
  expect(link.isOpen).toBe(false);
  node.answer({ results: [result(1, "done")] });
  node.sink.over(undefined);

  expect(await call).toBe("done");
  expect(ends).toEqual([undefined]);
});

test("closed, it ends after the last call", async () => {
  open();
  const call = execute("f");

  link.close();
  expect(node.isEnded).toBe(false);
  node.answer({ results: [result(1, "done")] });

  expect(await call).toBe("done");
  expect(node.isEnded).toBe(true);
});
