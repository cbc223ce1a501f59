import { expect, test } from "@jest/globals";
import { fakeClock } from "@weft/core/testkit";
import { anonymous, dispatch, resolve, validate } from "@weft/mesh";
import { callRequest, fakeMesh, functionConfig } from "@weft/mesh/testkit";
import { tenantShare } from "./tenant-share.js";

test("a tenant has its share, and gets it back when a call is over", async () => {
  const clock = fakeClock();
  const waiting: (() => void)[] = [];
  const answer = () => new Promise<void>((resolve) => waiting.push(resolve));
  const mesh = await fakeMesh({
    nodes: [{ name: "a", functions: [functionConfig({ function: "work" })], answer }],
    plugins: (catalogue) => [
      resolve({ catalogue, clock }),
      tenantShare({ maxRunning: 1 }),
      validate(),
      dispatch({ clock, caller: "test" }),
    ],
    clock,
  });
  const callOf = (tenant: string) => mesh.newCall(callRequest("work", {}, { identity: { ...anonymous, tenant } }));

  const first = mesh.execute(callOf("acme"));
  await expect(mesh.execute(callOf("acme"))).rejects.toMatchObject({ reason: "TENANT_SHARE", retryAfterMs: 1_000 });
  const other = mesh.execute(callOf("other"));
  expect((await mesh.explain(callOf("acme"))).steps).toContainEqual(
    expect.objectContaining({ phase: "tenant-share", reason: '1 of "acme" under way', refusal: expect.anything() }),
  );

  for (const done of waiting) done();
  await Promise.all([first, other]);
  expect((await mesh.explain(callOf("acme"))).steps).toContainEqual(
    expect.objectContaining({ reason: '0 of "acme" under way' }),
  );
  await mesh.close();
});
