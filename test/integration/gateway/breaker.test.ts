import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { decodeStruct } from "@weft/contracts";
import { ExecuteRequest, type ExplainCallResponse } from "@weft/contracts/gateway";
import { Code, Reason, WeftError } from "@weft/core";
import { defineService, fn } from "@weft/service";
import { adminCall } from "../../support/admin-call.js";
import { failure, type RunningMesh, runMesh, unary } from "../../support/running-mesh.js";

let isBroken = true;
let runs = 0;

const shop = defineService({
  name: "shop",
  version: "1.0.0",
  functions: {
    buy: fn({
      permission: "public",
      handler() {
        runs++;
        if (isBroken) throw new WeftError(Code.Unavailable, "the till is broken", { reason: "TILL_BROKEN" });
        return "sold";
      },
    }),
    look: fn({ permission: "public", handler: () => "nice" }),
  },
});

let mesh: RunningMesh;
beforeEach(async () => {
  isBroken = true;
  runs = 0;
  mesh = await runMesh([shop]);
});
afterEach(() => mesh.close());

const request = (name: string) => ExecuteRequest.fromPartial({ service: "shop", function: name });
const execute = (name = "buy") => unary(mesh.client, "execute", request(name));
const reset = (service: string, name = "", node = "") =>
  adminCall(mesh.admin, "resetBreaker", { service, function: name, node });

async function breakers(): Promise<unknown> {
  const { nodes } = await adminCall(mesh.admin, "listNodes", { service: "shop" });
  return decodeStruct(nodes[0]?.details ?? Buffer.alloc(0)).breakers;
}

function explain(): Promise<ExplainCallResponse> {
  return new Promise((resolve, reject) =>
    mesh.client.explainCall({ call: request("buy"), asUserId: "", asRoles: [] }, (error, response) =>
      error === null ? resolve(response) : reject(error),
    ),
  );
}

async function failFiveTimes(): Promise<void> {
  for (let i = 0; i < 5; i++) expect(await failure(execute())).toMatchObject({ reason: "TILL_BROKEN", domain: "shop" });
}

test("a function that failed five times is not called for a moment, and the refusal says for how long", async () => {
  await failFiveTimes();

  const error = await failure(execute());

  expect(error).toMatchObject({ code: Code.Unavailable, reason: Reason.CircuitOpen, domain: "weft" });
  expect(error.retryAfterMs).toBeGreaterThan(0);
  expect(error.retryAfterMs).toBeLessThanOrEqual(1_000);
  expect(runs).toBe(5);
  expect((await execute("look")).outcome?.$case).toBe("result");
});

test("operators see an open breaker and close it by hand", async () => {
  expect(await breakers()).toEqual([]);
  await failFiveTimes();
  expect(await breakers()).toMatchObject([{ function: "buy", version: "", state: "open" }]);
  const [row] = (await explain()).nodes;
  expect(decodeStruct(row?.details ?? Buffer.alloc(0))).toMatchObject({ breaker: "open" });
  isBroken = false;

  expect([await reset("cafe"), await reset("shop", "look"), await reset("", "", "nobody")]).toEqual(
    Array(3).fill({ reset: 0 }),
  );
  expect(await reset("shop", "buy")).toEqual({ reset: 1 });

  expect(await breakers()).toEqual([]);
  expect((await execute()).outcome?.$case).toBe("result");
});
