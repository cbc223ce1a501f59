import { Metadata, type ServiceError } from "@grpc/grpc-js";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { errorFromGrpc } from "@weft/contracts";
import {
  type AdminServiceClient,
  type GetRateLimitResponse,
  type RateLimitState,
  UpdateRateLimitsRequest,
} from "@weft/contracts/admin";
import { ExecuteRequest, type ExecuteResponse, StreamRequest } from "@weft/contracts/gateway";
import { Code, Reason, type WeftError } from "@weft/core";
import { defineService, fn } from "@weft/service";
import { failure, type RunningMesh, runMesh } from "../../support/running-mesh.js";
import { type ShiftedClock, shiftedClock } from "../../support/shifted-clock.js";
import { until, within } from "../../support/within.js";

interface Caller {
  readonly user?: string;
  readonly address?: string;
  readonly args?: object;
  readonly timeoutMs?: number;
}

function metadataOf({ user, address }: Caller): Metadata {
  const metadata = new Metadata();
  if (user !== undefined) metadata.set("x-weft-user", user);
  if (address !== undefined) metadata.set("x-forwarded-for", address);
  return metadata;
}

/** What a call ends with, as grpc-js tells it: the trailers are seen too. */
function execute(mesh: RunningMesh, name: string, caller: Caller = {}): Promise<ExecuteResponse> {
  const { args = {}, timeoutMs = 10_000 } = caller;
  const request = ExecuteRequest.fromPartial({
    service: "svc",
    function: name,
    arguments: { $case: "argsJson", value: Buffer.from(JSON.stringify(args)) },
  });
  const options = { deadline: Date.now() + timeoutMs };
  return new Promise((resolve, reject) => {
    mesh.client.execute(request, metadataOf(caller), options, (error: ServiceError | null, response) =>
      error === null ? resolve(response) : reject(error),
    );
  });
}

/** "ok", or the reason of the refusal. */
function outcome(mesh: RunningMesh, name: string, caller: Caller = {}): Promise<string> {
  return execute(mesh, name, caller).then(
    () => "ok",
    (error) => errorFromGrpc(error).reason,
  );
}

async function outcomes(mesh: RunningMesh, times: number, name: string, caller: Caller = {}): Promise<string[]> {
  const found: string[] = [];
  for (let call = 0; call < times; call++) found.push(await outcome(mesh, name, caller));
  return found;
}

const ok = (times: number) => Array<string>(times).fill("ok");
const limited = Reason.RateLimited;

/** One answer of AdminService. */
function ask<Response>(
  run: (done: (error: ServiceError | null, response: Response) => void) => unknown,
): Promise<Response> {
  return new Promise((resolve, reject) => {
    run((error, response) => (error === null ? resolve(response) : reject(errorFromGrpc(error))));
  });
}

const stateOf = async (admin: AdminServiceClient, scope: string, key: string, value: string) =>
  (await ask<GetRateLimitResponse>((done) => admin.getRateLimit({ scope, key, value }, done))).limits;

const update = (admin: AdminServiceClient, fields: object) =>
  ask((done) => admin.updateRateLimits(UpdateRateLimitsRequest.fromPartial(fields), done));

let handled = 0;
const svc = defineService({
  name: "svc",
  version: "1.0.0",
  functions: {
    echo: fn({
      permission: "public",
      openArguments: true,
      handler: () => {
        handled++;
        return "ok";
      },
    }),
    secret: fn({ permission: { role: ["admin"] }, handler: () => "secret" }),
    export: fn({ permission: "public", handler: () => "ok" }),
    import: fn({ permission: "public", handler: () => "ok" }),
    rooms: fn({
      permission: "public",
      args: { room: { type: "string", allowNil: true } },
      rateLimits: [{ key: "room", max: 2, windowMs: 10_000 }],
      handler: () => "ok",
    }),
    numbers: fn.stream({
      permission: "public",
      async *handler() {
        yield 1;
      },
    }),
  },
});

const user = (max: number, windowMs = 10_000) => ({ key: "user_id", max, windowMs });

let mesh: RunningMesh | undefined;
let clock: ShiftedClock;
async function limitedMesh(rateLimits: object, settings: object = {}): Promise<RunningMesh> {
  clock = shiftedClock();
  mesh = await runMesh([svc], { rateLimits, trustedProxies: "127.0.0.1/32", ...settings }, { clock });
  return mesh;
}
afterEach(async () => {
  await mesh?.close();
  mesh = undefined;
});

describe("functions F42: a user's calls in a sliding window", () => {
  test("functions F42: 5 in 10 s pass, the 6th is refused with everything a client needs", async () => {
    const gateway = await limitedMesh({ global: [user(5)] });
    expect(await outcomes(gateway, 5, "echo", { user: "u1" })).toEqual(ok(5));

    const refused = (await failure(execute(gateway, "echo", { user: "u1" }))) as unknown as ServiceError;

    const error = errorFromGrpc(refused);
    const retryAfterMs = error.retryAfterMs ?? 0;
    expect(retryAfterMs).toBeGreaterThan(0);
    expect(retryAfterMs).toBeLessThanOrEqual(10_000);
    expect(error).toMatchObject({
      code: Code.ResourceExhausted,
      reason: Reason.RateLimited,
      message: `Rate limit exceeded. Please retry after ${Math.ceil(retryAfterMs / 1_000)} seconds.`,
      metadata: {
        key: "user_id",
        max_requests: "5",
        current_requests: "5",
        window_ms: "10000",
        retry_after_ms: String(retryAfterMs),
        scope: "global",
      },
      quotaViolations: [{ subject: "user_id", description: "5 calls in 10000 ms for each user_id (global)" }],
    });
    expect(refused.metadata.get("grpc-retry-pushback-ms")).toEqual([String(retryAfterMs)]);
    expect(await outcome(gateway, "echo", { user: "u2" })).toBe("ok");

    clock.advance(retryAfterMs);
    expect(await outcome(gateway, "echo", { user: "u1" })).toBe("ok");
  });

  test("functions F42: 2 in 100 ms, blocked, passes again after 150 ms", async () => {
    const gateway = await limitedMesh({ global: [user(2, 100_000)] }); // 100 s, put forward by 150: nothing is timed

    expect(await outcomes(gateway, 3, "echo", { user: "u" })).toEqual([...ok(2), limited]);
    clock.advance(150_000);
    expect(await outcomes(gateway, 3, "echo", { user: "u" })).toEqual([...ok(2), limited]);
  });

  test("functions F42: without a user nothing is counted", async () => {
    const gateway = await limitedMesh({ global: [user(1)] });

    expect(await outcomes(gateway, 5, "echo")).toEqual(ok(5));
  });

  test("functions F42: a refused call does not run, and takes no part of the window", async () => {
    const gateway = await limitedMesh({ global: [user(2)] });
    handled = 0;

    await outcomes(gateway, 10, "echo", { user: "u" });

    expect(handled).toBe(2);
    expect(await stateOf(gateway.admin, "global", "user_id", "u")).toMatchObject([{ currentRequests: 2 }]);
  });
});

describe("functions F42: other keys", () => {
  test("functions F42: a value of an argument; without one the limit is skipped", async () => {
    const gateway = await limitedMesh({});
    const room = (name: unknown) => ({ args: { room: name } });

    expect(await outcomes(gateway, 3, "rooms", room("a"))).toEqual([...ok(2), limited]);
    expect(await outcome(gateway, "rooms", room("b"))).toBe("ok");
    for (const none of ["", null, undefined]) expect(await outcomes(gateway, 3, "rooms", room(none))).toEqual(ok(3));
    expect(await outcomes(gateway, 3, "rooms", room(5))).toEqual(Array(3).fill(Reason.InvalidArgument));
  });

  test("functions F42: an address, as a trusted proxy tells it", async () => {
    const gateway = await limitedMesh({ global: [{ key: "ip_address", max: 2, windowMs: 10_000 }] });

    expect(await outcomes(gateway, 3, "echo", { address: "203.0.113.1" })).toEqual([...ok(2), limited]);
    expect(await outcome(gateway, "echo", { address: "203.0.113.2" })).toBe("ok");
    expect(await outcomes(gateway, 3, "echo")).toEqual([...ok(2), limited]); // the transport's own
  });

  test("functions F42: a flood of calls that are denied is limited", async () => {
    const gateway = await limitedMesh({ global: [{ key: "ip_address", max: 3, windowMs: 10_000 }] });

    expect(await outcomes(gateway, 5, "secret")).toEqual([...Array(3).fill(Reason.Unauthenticated), limited, limited]);
  });

  test("functions F42: a flood of calls with wrong arguments is limited", async () => {
    const gateway = await limitedMesh({ global: [{ key: "ip_address", max: 2, windowMs: 10_000 }] });

    const found = await outcomes(gateway, 3, "export", { args: { no: 1 } });

    expect(found).toEqual([Reason.InvalidArgument, Reason.InvalidArgument, limited]);
  });

  test("functions F42: streams are counted with all other calls", async () => {
    const gateway = await limitedMesh({ global: [user(2)] });
    const open = (fields: object) =>
      new Promise<string>((resolve) => {
        const request = StreamRequest.fromPartial({ service: "svc", ...fields });
        const stream = gateway.client.stream(request, metadataOf({ user: "u" }));
        stream.on("data", () => {});
        stream.on("error", (error: ServiceError) => resolve(errorFromGrpc(error).reason));
        stream.on("end", () => resolve("ok"));
      });

    expect(await open({ function: "numbers" })).toBe("ok");
    expect(await open({ function: "echo" })).toBe("ok");
    expect(await open({ function: "numbers" })).toBe(limited);
    expect(await outcome(gateway, "echo", { user: "u" })).toBe(limited);
  });
});

describe("functions F43: limits of a function", () => {
  test("functions F43: 2 for (svc, export): the third is refused, import is free", async () => {
    const gateway = await limitedMesh({ functions: { "svc.export": [user(2)] } });

    expect(await outcomes(gateway, 3, "export", { user: "u" })).toEqual([...ok(2), limited]);
    expect(await outcomes(gateway, 3, "import", { user: "u" })).toEqual(ok(3));
  });

  test("functions F43: global 10 and 3 for the function: the 4th is refused in the function's scope", async () => {
    const gateway = await limitedMesh({ global: [user(10)], functions: { "svc.export": [user(3)] } });
    expect(await outcomes(gateway, 3, "export", { user: "u" })).toEqual(ok(3));

    const refused = errorFromGrpc((await failure(execute(gateway, "export", { user: "u" }))) as never);

    expect(refused.metadata).toMatchObject({ scope: "svc.export", max_requests: "3" });
    // Refused by one limit, recorded by none: 7 of the global 10 are left.
    expect(await outcomes(gateway, 8, "import", { user: "u" })).toEqual([...ok(7), limited]);
  });

  test("functions F43: several windows on one key hold each by itself", async () => {
    const gateway = await limitedMesh({ global: [user(2, 10_000), user(3, 100_000)] });

    expect(await outcomes(gateway, 3, "echo", { user: "u" })).toEqual([...ok(2), limited]);
    clock.advance(10_000);
    expect(await outcomes(gateway, 2, "echo", { user: "u" })).toEqual(["ok", limited]);
    clock.advance(10_000);
    expect(await outcome(gateway, "echo", { user: "u" })).toBe(limited);
    clock.advance(80_000);
    expect(await outcome(gateway, "echo", { user: "u" })).toBe("ok");
  });
});

describe("functions F44: under load, and at run time", () => {
  test("functions F44: of 100 calls at once, 50 pass where 50 may", async () => {
    const gateway = await limitedMesh({ global: [user(50)] });

    const found = await Promise.all(Array.from({ length: 100 }, () => outcome(gateway, "echo", { user: "u" })));

    expect(found.filter((reason) => reason === "ok")).toHaveLength(50);
    expect(found.filter((reason) => reason === limited)).toHaveLength(50);
  });

  test("functions F44: 3 of 10 used: current 3, remaining 7; after a reset none", async () => {
    const gateway = await limitedMesh({ global: [user(10)] });
    const { admin } = gateway;
    const limit = { key: "user_id", maxRequests: 10, windowMs: 10_000 };
    await outcomes(gateway, 3, "echo", { user: "u" });

    const used: RateLimitState = { limit, scope: "global", currentRequests: 3, remaining: 7, limiter: "local" };
    expect(await stateOf(admin, "global", "user_id", "u")).toEqual([used]);
    expect(await stateOf(admin, "global", "", "")).toEqual([{ ...used, currentRequests: 0, remaining: 10 }]);
    expect(await stateOf(admin, "global", "ip_address", "u")).toEqual([]);

    await ask((done) => admin.resetRateLimit({ scope: "global", key: "user_id", value: "u" }, done));
    expect(await stateOf(admin, "global", "user_id", "u")).toMatchObject([{ currentRequests: 0, remaining: 10 }]);
  });

  test("functions F44: a reset lets a caller start anew, and nobody else", async () => {
    const gateway = await limitedMesh({ functions: { "svc.echo": [user(1), user(2, 20_000)] } });
    for (const name of ["a", "b"]) await outcomes(gateway, 1, "echo", { user: name });

    await ask((done) => gateway.admin.resetRateLimit({ scope: "svc.echo", key: "user_id", value: "a" }, done));

    expect(await outcome(gateway, "echo", { user: "a" })).toBe("ok");
    expect(await outcome(gateway, "echo", { user: "b" })).toBe(limited);
  });

  test("functions F44: what a function declares is told too", async () => {
    const gateway = await limitedMesh({ functions: { "svc.rooms": [{ key: "room", max: 5, windowMs: 10_000 }] } });

    const states = await stateOf(gateway.admin, "svc.rooms", "room", "a");

    expect(states).toMatchObject([{ limit: { maxRequests: 2, windowMs: 10_000 }, remaining: 2 }]); // the strictest
  });

  test("functions F44: new limits hold from the next call on, for what was counted before", async () => {
    const gateway = await limitedMesh({ global: [user(5)] });
    const { admin } = gateway;
    await outcomes(gateway, 3, "echo", { user: "u" });
    const limitTo = (maxRequests: number) =>
      update(admin, { scope: "global", limits: [{ key: "user_id", maxRequests, windowMs: 10_000 }] });

    await limitTo(2);
    expect(await outcome(gateway, "echo", { user: "u" })).toBe(limited);
    await limitTo(4);
    expect(await outcomes(gateway, 2, "echo", { user: "u" })).toEqual(["ok", limited]);
    await update(admin, { scope: "global", limits: [] });
    expect(await outcomes(gateway, 5, "echo", { user: "u" })).toEqual(ok(5));
  });

  test("functions F44: wrong limits are refused, every fault named, and nothing changes", async () => {
    const gateway = await limitedMesh({ global: [user(1)] });
    const limits = [
      { key: "", maxRequests: 0, windowMs: 0 },
      { key: "user_id", maxRequests: 1_000_001, windowMs: 1 },
    ];

    const error: WeftError = await failure(update(gateway.admin, { scope: "everything", limits }));

    expect(error).toMatchObject({ code: Code.InvalidArgument, reason: Reason.InvalidArgument });
    expect(error.violations.map(({ field }) => field)).toEqual([
      "scope",
      "limits[0].key",
      "limits[0].max_requests",
      "limits[0].window_ms",
      "limits[1].max_requests",
    ]);
    expect(await outcomes(gateway, 2, "echo", { user: "u" })).toEqual(["ok", limited]);
  });

  test("functions F44: without the admin action every change is denied", async () => {
    const { admin } = await limitedMesh({ global: [user(1)] }, { adminActions: ["get_rate_limit"] });
    const denied = { code: Code.PermissionDenied, reason: Reason.AdminActionDenied };

    expect(await failure(update(admin, { scope: "global", limits: [] }))).toMatchObject(denied);
    const reset = ask((done) => admin.resetRateLimit({ scope: "global", key: "user_id", value: "u" }, done));
    expect(await failure(reset)).toMatchObject(denied);
    expect(await stateOf(admin, "global", "user_id", "u")).toHaveLength(1);
  });
});

describe("functions F45: calls at once", () => {
  let running = 0;
  let peak = 0;
  let begun: number[] = [];
  const waiting: (() => void)[] = [];
  const finishOne = () => waiting.shift()?.();

  const work = async (n: number) => {
    running++;
    peak = Math.max(peak, running);
    begun.push(n);
    await new Promise<void>((resolve) => waiting.push(resolve));
    running--;
    if (n < 0) throw new Error("no");
    return n;
  };
  const pooled = defineService({
    name: "svc",
    version: "1.0.0",
    functions: {
      work: fn({
        permission: "public",
        args: { n: { type: "num" } },
        concurrency: { max: 3, queue: 5 },
        handler: ({ n }) => work(n),
      }),
      free: fn({ permission: "public", handler: () => "free" }),
      ticks: fn.stream({
        permission: "public",
        concurrency: { max: 2 },
        async *handler(_args, { signal }) {
          yield 1;
          await new Promise((resolve) => signal.addEventListener("abort", resolve));
        },
      }),
    },
  });

  let gateway: RunningMesh;
  beforeAll(async () => {
    gateway = await runMesh([pooled]);
  });
  afterAll(() => gateway.close());
  afterEach(async () => {
    while (running > 0) {
      finishOne();
      await new Promise(setImmediate);
    }
    peak = 0;
    begun = [];
  });

  const call = (n: number, timeoutMs?: number) =>
    outcome(gateway, "work", { args: { n }, ...(timeoutMs && { timeoutMs }) });
  const isBegun = (count: number) => until(() => begun.length === count, `${count} calls that run`);

  test("functions F45: pool of 3, queue of 5: the 9th is refused, and all the others run, 3 at a time, in order", async () => {
    const calls = [1, 2, 3, 4, 5, 6, 7, 8].map((n) => call(n));
    await isBegun(3);

    const refused = (await failure(execute(gateway, "work", { args: { n: 9 } }))) as unknown as ServiceError;
    expect(errorFromGrpc(refused)).toMatchObject({
      code: Code.ResourceExhausted,
      reason: Reason.Overloaded,
      message: "Service temporarily unavailable",
      retryAfterMs: 1_000,
    });
    expect(refused.metadata.get("grpc-retry-pushback-ms")).toEqual(["-1"]);
    expect(await outcome(gateway, "free")).toBe("ok");

    for (let done = 1; done <= 8; done++) {
      await until(() => waiting.length > 0, "a call to finish");
      finishOne();
    }
    expect(await Promise.all(calls)).toEqual(ok(8));
    expect(peak).toBe(3);
    expect([...begun].sort()).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  test("functions F45: a task that throws leaves its slot usable", async () => {
    const failing = [-1, -2, -3].map((n) => call(n));
    await isBegun(3);
    const next = call(4);
    for (let done = 1; done <= 3; done++) finishOne();

    expect(await Promise.all(failing)).toEqual(Array(3).fill(Reason.Internal));
    await isBegun(4);
    finishOne();
    expect(await next).toBe("ok");
    expect(peak).toBeLessThanOrEqual(3);
  });

  test("functions F45: 60 calls, 8 at a time: never more than 3 run", async () => {
    for (let round = 0; round < 8; round++) {
      begun = [];
      const calls = Array.from({ length: 8 }, (_, n) => call(n));
      await isBegun(3);
      const pump = setInterval(finishOne, 1);
      expect(await Promise.all(calls)).toEqual(ok(8));
      clearInterval(pump);
    }

    expect(peak).toBe(3);
  });

  test("functions F45: a call whose time is up in the queue never starts, and makes room for others", async () => {
    const first = [1, 2, 3].map((n) => call(n));
    await isBegun(3);
    const late = [4, 5, 6, 7, 8].map((n) => call(n, 200));

    expect(await Promise.all(late)).toEqual(Array(5).fill(Reason.Timeout));
    await until(async () => (await explainedQueue()) === 0, "an empty queue");
    const next = call(9);
    for (let done = 1; done <= 3; done++) finishOne();
    await isBegun(4);
    finishOne();

    expect(await Promise.all([...first, next])).toEqual(ok(4));
    expect([...begun].sort()).toEqual([1, 2, 3, 9]);
  });

  /** How many calls of `work` wait, as ExplainCall tells it. */
  async function explainedQueue(): Promise<number> {
    const asked = ExecuteRequest.fromPartial({ service: "svc", function: "work", arguments: argsOf({ n: 1 }) });
    const { steps } = await ask<{ steps: { phase: string; reason: string }[] }>((done) =>
      gateway.client.explainCall({ call: asked, asUserId: "", asRoles: [] }, done as never),
    );
    const { reason = "" } = steps.find(({ phase }) => phase === "bulkhead") ?? {};
    return Number(/(\d+) queued \(svc\.work\)/.exec(reason)?.[1]);
  }

  const argsOf = (args: object) => ({ $case: "argsJson", value: Buffer.from(JSON.stringify(args)) }) as const;

  test("functions F45: streams hold their slots until they end", async () => {
    const open = () => {
      const stream = gateway.client.stream(StreamRequest.fromPartial({ service: "svc", function: "ticks" }));
      let items = 0;
      const over = new Promise<string>((resolve) => {
        stream.on("error", (error: ServiceError) => resolve(errorFromGrpc(error).reason));
      });
      const hasItem = new Promise<void>((resolve) => {
        stream.on("data", () => {
          items++;
          if (items === 2) resolve(); // started, and the first item
        });
      });
      return { stream, over, hasItem };
    };
    const [first, second] = [open(), open()];
    await within(Promise.all([first.hasItem, second.hasItem]), "two streams");

    expect(await open().over).toBe(Reason.Overloaded);

    first.stream.cancel();
    await first.over;
    const third = async () => {
      const one = open();
      const got = await Promise.race([one.hasItem.then(() => true), one.over.then(() => false)]);
      one.stream.cancel();
      return got;
    };
    await until(third, "a free slot");
    second.stream.cancel();
  });
});
