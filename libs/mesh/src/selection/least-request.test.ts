import { describe, expect, test } from "@jest/globals";
import { Code, Reason, WeftError } from "@weft/core";
import { draws, fakeClock, seededRandom } from "@weft/core/testkit";
import { Node } from "@weft/discovery";
import { createCall } from "../call.js";
import { Peer } from "../peers/peer.js";
import { callRequest } from "../testkit.js";
import type { NodeConnection } from "../transport/node-connection.js";
import { leastRequest } from "./least-request.js";

const seed = 11;
const call = createCall(callRequest("f"), new AbortController(), 0);

function peers(count: number): Peer[] {
  return Array.from({ length: count }, (_, i) => new Peer(Node.fromPartial({ id: `node-${i}` }), {} as NodeConnection));
}

/** How a node answers. */
interface Behaviour {
  readonly latencyMs: number;
  readonly error?: WeftError;
}

/** Callers that call one after the other on a clock of the test; the share of the calls that each node got. */
function shares(behaviours: readonly Behaviour[], callers: number, calls: number): readonly number[] {
  const clock = fakeClock();
  const random = seededRandom(seed);
  const selector = leastRequest({ random, clock });
  const nodes = peers(behaviours.length);
  const counts = nodes.map(() => 0);
  let begun = 0;
  let over = 0;

  function callOnce(): void {
    if (begun++ >= calls) return;
    const peer = selector.pick(call, nodes);
    const index = nodes.indexOf(peer);
    const { latencyMs, error } = behaviours[index] as Behaviour;
    const elapsedMs = latencyMs * (0.8 + 0.4 * random());
    counts[index] = (counts[index] ?? 0) + 1;
    peer.inFlight++;
    clock.after(elapsedMs, () => {
      peer.inFlight--;
      peer.load.settled(elapsedMs, error, clock.now());
      over++;
      callOnce();
    });
  }

  for (let i = 0; i < callers; i++) callOnce();
  while (over < calls) clock.advance(50);
  return counts.map((count) => count / calls);
}

test("takes the less busy of the two that it draws, a tie goes to the first", () => {
  const nodes = peers(3);
  const [a, b, c] = nodes as [Peer, Peer, Peer];
  const selector = leastRequest({ random: draws(0, 0, 0, 0, 0.4, 0.9), clock: fakeClock() });

  expect(selector.pick(call, nodes)).toBe(a);
  a.inFlight = 1;
  expect(selector.pick(call, nodes)).toBe(b);
  b.inFlight = 1;
  expect(selector.pick(call, nodes)).toBe(c);
});

test("a node that nobody has asked yet gets one call, and more once it has answered", () => {
  const clock = fakeClock();
  const nodes = peers(2);
  const [known, fresh] = nodes as [Peer, Peer];
  known.load.settled(5, undefined, clock.now());
  const selector = leastRequest({ random: () => 0, clock });

  expect(selector.pick(call, nodes)).toBe(fresh);
  fresh.inFlight = 1;
  expect(selector.pick(call, nodes)).toBe(known);
});

describe(`shares of three nodes (seed ${seed})`, () => {
  test("nodes that are equally fast get equal shares", () => {
    const even = Array.from({ length: 3 }, () => ({ latencyMs: 10 }));

    for (const share of shares(even, 20, 6_000)) {
      expect(share).toBeGreaterThan(0.28);
      expect(share).toBeLessThan(0.39);
    }
  });

  test.each([1, 4, 64])("faults N11: one that takes 200 ms longer gets less than 15 %% from %i callers", (callers) => {
    const [slow] = shares([{ latencyMs: 210 }, { latencyMs: 10 }, { latencyMs: 10 }], callers, 6_000);

    expect(slow).toBeLessThan(0.15);
  });

  test.each([
    ["RESOURCE_EXHAUSTED", Code.ResourceExhausted, Reason.Overloaded],
    ["UNAVAILABLE", Code.Unavailable, Reason.Draining],
    ["INTERNAL", Code.Internal, Reason.Internal],
    ["DATA_LOSS", Code.DataLoss, Reason.Internal],
    ["DEADLINE_EXCEEDED", Code.DeadlineExceeded, Reason.Timeout],
  ])("one that fails with %s in 1 ms gets less than a fair share, not more", (_name, code, reason) => {
    const error = new WeftError(code, "refused", { reason });

    const [failing] = shares([{ latencyMs: 1, error }, { latencyMs: 10 }, { latencyMs: 10 }], 20, 6_000);

    expect(failing).toBeLessThan(0.1);
  });

  test("one that refuses in 1 ms what nobody may have does not look fast", () => {
    const error = new WeftError(Code.PermissionDenied, "no");

    const [refusing] = shares([{ latencyMs: 1, error }, { latencyMs: 10 }, { latencyMs: 10 }], 20, 2_000);
    const [answering] = shares([{ latencyMs: 1 }, { latencyMs: 10 }, { latencyMs: 10 }], 20, 2_000);

    expect(refusing).toBeLessThanOrEqual(answering as number);
  });
});
