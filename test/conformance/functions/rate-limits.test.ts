import type { ServiceError } from "@grpc/grpc-js";
import { describe, expect, test } from "@jest/globals";
import { errorFromGrpc } from "@weft/contracts";
import { StreamRequest } from "@weft/contracts/gateway";
import { Code, Reason } from "@weft/core";
import { failure } from "../../support/running-mesh.js";
import { execute, metadataOf, ok, outcome, outcomes } from "./outcomes.js";
import { limited, limitedMesh, stateOf, user } from "./rate-limited-mesh.js";

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

    gateway.clock.advance(retryAfterMs);
    expect(await outcome(gateway, "echo", { user: "u1" })).toBe("ok");
  });

  test("functions F42: 2 in 100 ms, blocked, passes again after 150 ms", async () => {
    const gateway = await limitedMesh({ global: [user(2, 100_000)] }); // 100 s, put forward by 150: nothing is timed

    expect(await outcomes(gateway, 3, "echo", { user: "u" })).toEqual([...ok(2), limited]);
    gateway.clock.advance(150_000);
    expect(await outcomes(gateway, 3, "echo", { user: "u" })).toEqual([...ok(2), limited]);
  });

  test("functions F42: without a user nothing is counted", async () => {
    const gateway = await limitedMesh({ global: [user(1)] });

    expect(await outcomes(gateway, 5, "echo")).toEqual(ok(5));
  });

  test("functions F42: a refused call does not run, and takes no part of the window", async () => {
    const gateway = await limitedMesh({ global: [user(2)] });

    await outcomes(gateway, 10, "echo", { user: "u" });

    expect(gateway.handled()).toBe(2);
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
    gateway.clock.advance(10_000);
    expect(await outcomes(gateway, 2, "echo", { user: "u" })).toEqual(["ok", limited]);
    gateway.clock.advance(10_000);
    expect(await outcome(gateway, "echo", { user: "u" })).toBe(limited);
    gateway.clock.advance(80_000);
    expect(await outcome(gateway, "echo", { user: "u" })).toBe("ok");
  });
});
