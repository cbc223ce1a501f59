import { Metadata } from "@grpc/grpc-js";
import { expect, test } from "@jest/globals";
import { errorFromGrpc } from "@weft/contracts";
import { ExecuteRequest, type ExecuteResponse, type GatewayServiceClient } from "@weft/contracts/gateway";
import { Code, Reason, WeftError } from "@weft/core";
import type { Connection, Pipeline } from "@weft/mesh";
import { cont, type Plugin } from "@weft/plugin-chain";
import { failure } from "../../support/running-mesh.js";
import { until } from "../../support/within.js";
import { clientOf, closing, handled, issuer, run } from "./who-mesh.js";

test("nothing behind the connection sees credentials or look-alikes", async () => {
  const keys = ["authorization", "x-weft-user", "x-weft-mesh-token", "x-forwarded-for", "x-weft-push-token", "other"];
  let connected: Connection | undefined;
  const left: string[] = [];
  const curious: Plugin<Pipeline> = {
    name: "curious",
    callbacks: {
      connect(connection) {
        connected = connection;
        return cont;
      },
      settled() {
        left.push(...keys.filter((key) => connected?.metadata(key) !== ""));
      },
    },
  };
  const mesh = await run({}, { plugins: [curious] });
  const metadata = Object.fromEntries(keys.map((key) => [key, "said by the client"]));

  await clientOf(mesh, { token: await issuer.token("ann"), metadata: () => metadata }).call("who.am_i");

  expect(left).toEqual(["x-weft-push-token", "other"]);
});

test.each<[string, unknown, object]>([
  [
    "says why, in full",
    new WeftError(Code.ResourceExhausted, "too many of you", { reason: "FULL", domain: "acme", retryAfterMs: 1_500 }),
    { code: Code.ResourceExhausted, message: "too many of you", reason: "FULL", domain: "acme", retryAfterMs: 1_500 },
  ],
  ["breaks", new Error("secret"), { code: Code.Internal, message: "Request processing failed" }],
])("a plugin that looks at connections and %s", async (_name, thrown, expected) => {
  const refusing = (later: boolean): Plugin<Pipeline> => ({
    name: "refusing",
    callbacks: {
      connect(connection) {
        if (connection.metadata("x-refuse") === "") return cont;
        if (later) return Promise.reject(thrown);
        throw thrown;
      },
    },
  });
  const before = handled();
  for (const later of [false, true]) {
    const mesh = await run({}, { plugins: [refusing(later)] });
    const client = clientOf(mesh, { metadata: () => ({ "x-refuse": "yes" }) });

    expect(await failure(client.call("who.am_i"))).toMatchObject(expected);
  }
  expect(handled()).toBe(before);
});

/** An RPC of its own, with these headers. */
function execute(client: GatewayServiceClient, headers: Readonly<Record<string, string>>) {
  const metadata = new Metadata();
  for (const [key, value] of Object.entries(headers)) metadata.set(key, value);
  let cancel = () => {};
  const answer = new Promise<ExecuteResponse>((resolve, reject) => {
    const request = ExecuteRequest.fromPartial({ service: "who", function: "am_i" });
    const rpc = client.execute(request, metadata, { deadline: Date.now() + 10_000 }, (error, response) => {
      if (error === null) resolve(response);
      else reject(errorFromGrpc(error));
    });
    cancel = () => rpc.cancel();
  });
  return { answer, cancel: () => cancel() };
}

test("callers of whom it is still being found out who they are have a limit, and may leave", async () => {
  const before = handled();
  let waiting = 0;
  let open = () => {};
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  closing.push(() => open());
  const slow: Plugin<Pipeline> = {
    name: "slow",
    callbacks: {
      connect(connection) {
        if (connection.metadata("x-slow") === "") return cont;
        waiting++;
        return gate.then(() => cont);
      },
    },
  };
  const { client } = await run({ maxStreams: 2 }, { plugins: [slow] });
  const slowly = { "x-slow": "yes" };
  const [leaving, staying] = [execute(client, slowly), execute(client, slowly)];
  await until(() => waiting === 2, "two callers who wait");

  expect(await failure(execute(client, slowly).answer)).toMatchObject({
    code: Code.ResourceExhausted,
    reason: Reason.TooManyStreams,
  });
  leaving.cancel();
  expect(await failure(leaving.answer)).toMatchObject({ code: Code.Cancelled });
  await execute(client, {}).answer; // comes after the cancel, on the same connection
  open();
  expect(await staying.answer).toMatchObject({ node: expect.stringMatching(/^who-/) });
  expect(handled()).toBe(before + 2);
});
