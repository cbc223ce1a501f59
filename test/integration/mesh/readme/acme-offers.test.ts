import { expect, test } from "@jest/globals";
import { encodeListValue } from "@weft/contracts";
import { Reason, silentLogger } from "@weft/core";
import { fakeClock } from "@weft/core/testkit";
import { afterHook, anonymous, authorize, beforeHook, dispatch, place, resolve, validate } from "@weft/mesh";
import { callRequest, fakeMesh, functionConfig } from "@weft/mesh/testkit";
import { acmeOffers } from "./acme-offers.js";

test("a function names what the plugin offers", async () => {
  const clock = fakeClock();
  const callbacks = { clock, logger: silentLogger, caller: "test" };
  const fields = {
    openArguments: true,
    permissionCallback: "tenant_is",
    permissionCallbackArguments: encodeListValue(["acme"]),
    beforeExecute: "own_tenant",
    afterExecute: "without_email",
  };
  const functions = [
    functionConfig({ function: "near", ...fields, chooseNode: { mode: "registered", key: "own_zone" } }),
    functionConfig({ function: "write", ...fields, nodeResolver: "primary" }),
  ];
  const node = (name: string) => ({
    name,
    functions,
    answer: (_name: string, args: unknown) => ({ name, args, email: "a@b.c" }),
  });
  const mesh = await fakeMesh({
    nodes: [node("a"), node("b")],
    plugins: (catalogue) => [
      acmeOffers({ zone: "", primaries: { echo: "127.0.0.1:9001" } }),
      resolve({ catalogue, clock }),
      authorize(callbacks),
      beforeHook(callbacks),
      validate(),
      afterHook(callbacks),
      place({ ...callbacks, catalogue }),
      dispatch({ clock, caller: "test" }),
    ],
    clock,
  });
  const run = async (name: string, tenant: string) => {
    const request = callRequest(name, {}, { identity: { ...anonymous, userId: "u1", tenant } });
    const { json } = await mesh.execute(mesh.newCall(request));
    return JSON.parse(Buffer.from(json).toString());
  };

  expect(await run("near", "acme")).toEqual({ name: expect.stringMatching(/^[ab]$/), args: { tenant: "acme" } });
  expect(await run("write", "acme")).toEqual({ name: "b", args: { tenant: "acme" } });
  await expect(run("near", "other")).rejects.toMatchObject({ reason: Reason.PermissionDenied });
  await mesh.close();
});
