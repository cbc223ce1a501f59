import { afterEach } from "@jest/globals";
import type { AdminServiceClient, GetRateLimitResponse, RateLimitState } from "@weft/contracts/admin";
import { Reason } from "@weft/core";
import { defineService, fn } from "@weft/service";
import { type RunningMesh, runMesh } from "../../support/running-mesh.js";
import { type ShiftedClock, shiftedClock } from "../../support/shifted-clock.js";
import { ask } from "./outcomes.js";

export const limited = Reason.RateLimited;

/** A limit of each user. */
export const user = (max: number, windowMs = 10_000) => ({ key: "user_id", max, windowMs });

export interface LimitedMesh extends RunningMesh {
  readonly clock: ShiftedClock;
  /** How many calls of `svc.echo` have run. */
  handled(): number;
}

let mesh: RunningMesh | undefined;
afterEach(async () => {
  await mesh?.close();
  mesh = undefined;
});

/** A gateway with these limits and the service `svc`, until the test ends. */
export async function limitedMesh(rateLimits: object, settings: object = {}): Promise<LimitedMesh> {
  const clock = shiftedClock();
  const { svc, handled } = service();
  mesh = await runMesh([svc], { rateLimits, trustedProxies: "127.0.0.1/32", ...settings }, { clock });
  return { ...mesh, clock, handled };
}

/** How limits stand, as AdminService tells it. */
export const stateOf = async (
  admin: AdminServiceClient,
  scope: string,
  key: string,
  value: string,
): Promise<RateLimitState[]> =>
  (await ask<GetRateLimitResponse>((done) => admin.getRateLimit({ scope, key, value }, done))).limits;

function service() {
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
  return { svc, handled: () => handled };
}
