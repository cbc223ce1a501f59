import { describe, expect, test } from "@jest/globals";
import { Code, Reason } from "@weft/core";
import { joinRawNode, type RawNode } from "../../support/raw-node.js";
import { failure, unary } from "../../support/running-mesh.js";
import { until } from "../../support/within.js";
import {
  call,
  charge,
  isPublic,
  kept,
  listed,
  mesh,
  setEnabled,
  startMesh,
  untilListed,
  versions,
} from "./billing-mesh.js";

describe("functions F26: a call gets the version it names, or the highest", () => {
  test.each<[string, string, string]>([
    ["no version: the highest", "", "10.0.0"],
    ["0.0.0: the highest", "0.0.0", "10.0.0"],
    ["1.0.0: exactly that", "1.0.0", "1.0.0"],
    ["9.0.0: exactly that", "9.0.0", "9.0.0"],
  ])("%s", async (_name, asked, got) => {
    await startMesh();
    await kept(joinRawNode(mesh.gateway.meshAddress, versions("1.0.0", "9.0.0", "10.0.0", undefined)));
    await until(async () => (await listed()).length === 4, "the functions");

    expect((await call(asked)).version).toBe(got);
  });

  test("what is not there, and what is switched off, says so", async () => {
    await startMesh();
    const definitions = [...versions("1.0.0", "9.0.0"), charge({ version: "10.0.0", disabled: true })];
    await kept(joinRawNode(mesh.gateway.meshAddress, [...definitions, charge({ function: "off", disabled: true })]));
    await until(async () => (await listed()).length === 4, "the functions");

    expect((await call()).version).toBe("9.0.0");
    const { code, reason, message, metadata } = await failure(call("2.0.0"));
    expect({ code, reason, message }).toEqual({
      code: Code.Unimplemented,
      reason: Reason.FunctionNotFound,
      message: "unsupported function: charge version 2.0.0",
    });
    expect(metadata).toEqual({ service: "billing", function: "charge", version: "2.0.0" });
    expect(await failure(call("10.0.0"))).toMatchObject({
      code: Code.Unimplemented,
      reason: Reason.FunctionDisabled,
      message: "disabled function: charge version 10.0.0",
    });
    expect((await failure(call("", "off"))).message).toBe("disabled function: off version latest");
    expect((await failure(call("0.0.0", "off"))).message).toBe("disabled function: off version latest");
  });

  test("the unversioned one counts where no versioned one is enabled; texts that are no versions rank lowest", async () => {
    await startMesh();
    const other = { function: "other", permission: isPublic, service: "billing" };
    const definitions = [
      ...versions("1.0.0", undefined),
      ...["beta", "0.0.1"].map((version) => ({ ...other, version })),
    ];
    await kept(joinRawNode(mesh.gateway.meshAddress, definitions));
    await until(async () => (await listed()).length === 4, "the functions");

    expect((await call("", "other")).version).toBe("0.0.1");
    expect((await call("beta", "other")).version).toBe("beta");
    await setEnabled(false, "1.0.0");
    expect((await call()).version).toBe("");
    await setEnabled(false, "");
    expect((await failure(call())).message).toBe("disabled function: charge version latest");
  });
});

describe("functions F26: revisions that define one version differently", () => {
  const portOf = ({ address }: RawNode) => Number(address.split(":")[1]);

  test("the definition that most nodes hold counts, on those nodes alone", async () => {
    await startMesh();
    const older = [charge({ version: "1.0.0", summary: "older" })];
    const newer = [charge({ version: "1.0.0", summary: "newer" })];
    const first = await joinRawNode(mesh.gateway.meshAddress, older);
    await untilListed(["charge@1.0.0"]);
    const others = [
      await kept(joinRawNode(mesh.gateway.meshAddress, newer)),
      await kept(joinRawNode(mesh.gateway.meshAddress, newer)),
    ];
    await until(async () => (await listed())[0]?.nodes === 2, "two nodes of the newer definition");

    expect((await listed())[0]?.summary).toBe("newer");
    const ports = new Set<number>();
    for (let i = 0; i < 20; i++) ports.add((await call()).port);
    expect([...ports].sort()).toEqual(others.map(portOf).sort());
    await first.close();
  });
});

describe("functions F26: an operator's switch", () => {
  test("leaves the other versions alone, is listed, and can be set back", async () => {
    await startMesh();
    await kept(joinRawNode(mesh.gateway.meshAddress, versions("1.0.0", "2.0.0", undefined)));
    await until(async () => (await listed()).length === 3, "the functions");

    expect(await setEnabled(false, "2.0.0")).toEqual({ changed: 1 });
    expect(await setEnabled(false, "2.0.0")).toEqual({ changed: 0 });
    expect((await call()).version).toBe("1.0.0");
    expect((await failure(call("2.0.0"))).reason).toBe(Reason.FunctionDisabled);
    expect((await listed(false)).map(({ version }) => version)).toEqual(["", "1.0.0"]);
    const described = { service: "billing", function: "charge", version: "2.0.0" };
    expect((await unary(mesh.client, "describeFunction", described)).config?.disabled).toBe(true);

    expect(await setEnabled(false)).toEqual({ changed: 2 });
    expect((await failure(call())).message).toBe("disabled function: charge version latest");
    expect(await setEnabled(true)).toEqual({ changed: 3 });
    expect((await call()).version).toBe("2.0.0");
  });

  test("holds whatever is published, also for a function that goes and comes back", async () => {
    await startMesh();
    const before = await joinRawNode(mesh.gateway.meshAddress, [charge(), charge({ function: "stays" })]);
    await untilListed(["charge@", "stays@"]);
    await setEnabled(false);

    const between = await joinRawNode(mesh.gateway.meshAddress, [charge({ function: "stays" })]);
    await before.close();
    await untilListed(["stays@"]);
    await kept(joinRawNode(mesh.gateway.meshAddress, [charge({ summary: "mended" }), charge({ function: "stays" })]));
    await between.close();
    await untilListed(["charge@", "stays@"]);

    expect((await failure(call())).reason).toBe(Reason.FunctionDisabled);
    await setEnabled(true);
    expect((await call()).version).toBe("");
  });

  test("of something unknown is NOT_FOUND", async () => {
    await startMesh();
    await kept(joinRawNode(mesh.gateway.meshAddress, versions("1.0.0")));
    await untilListed(["charge@1.0.0"]);

    for (const unknown of [setEnabled(false, "3.0.0"), setEnabled(true, undefined, "nothing")])
      expect(await failure(unknown)).toMatchObject({ code: Code.NotFound, reason: Reason.FunctionNotFound });
  });
});
