import { describe, expect, test } from "@jest/globals";
import { type AdminServiceClient, type RateLimitState, UpdateRateLimitsRequest } from "@weft/contracts/admin";
import { Code, Reason, type WeftError } from "@weft/core";
import { failure } from "../../support/running-mesh.js";
import { ask, ok, outcome, outcomes } from "./outcomes.js";
import { limited, limitedMesh, stateOf, user } from "./rate-limited-mesh.js";

const update = (admin: AdminServiceClient, fields: object) =>
  ask((done) => admin.updateRateLimits(UpdateRateLimitsRequest.fromPartial(fields), done));

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
