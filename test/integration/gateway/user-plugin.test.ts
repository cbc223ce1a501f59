import { afterEach, expect, test } from "@jest/globals";
import { ExecuteRequest } from "@weft/contracts/gateway";
import { Code, WeftError } from "@weft/core";
import type { Pipeline } from "@weft/mesh";
import { cont, type Plugin } from "@weft/plugin-chain";
import { defineService, fn } from "@weft/service";
import { failure, type RunningMesh, runMesh, unary } from "../../support/running-mesh.js";

let handled = 0;
const echo = defineService({
  name: "echo",
  version: "1.0.0",
  functions: {
    say: fn({
      args: { text: { type: "string" } },
      permission: "public",
      handler({ text }) {
        handled++;
        return text;
      },
    }),
    secret: fn({ handler: () => "for users" }),
  },
});

/** Refuses everybody, first of all. */
const closed: Plugin<Pipeline> = {
  name: "closed",
  callbacks: {
    admit() {
      throw new WeftError(Code.Unavailable, "closed for the night", { reason: "CLOSED", domain: "acme" });
    },
  },
};

/** Sees calls whose caller may make them, before anybody has looked at the arguments. */
function watching(seen: string[]): Plugin<Pipeline> {
  return {
    name: "watching",
    after: ["authorize"],
    before: ["validate"],
    callbacks: {
      admit({ request }) {
        seen.push(request.functionName);
        return cont;
      },
    },
  };
}

/** Answers what it has answered before, close to the nodes. */
function remembering(): Plugin<Pipeline> {
  const answers = new Map<string, Promise<{ json: Uint8Array; node: string }>>();
  return {
    name: "remembering",
    after: ["failover"],
    before: ["dispatch"],
    callbacks: {
      execute: (next) => (call) => {
        const key = Buffer.from(call.argsJson).toString();
        const answer = answers.get(key) ?? next(call);
        answers.set(key, answer);
        return answer;
      },
    },
  };
}

let mesh: RunningMesh;
afterEach(async () => {
  await mesh.close();
  handled = 0;
});

const call = (functionName: string, args = '{"text":"hi"}') =>
  unary(
    mesh.client,
    "execute",
    ExecuteRequest.fromPartial({
      service: "echo",
      function: functionName,
      arguments: { $case: "argsJson", value: Buffer.from(args) },
    }),
  );

test("a plugin without a place stands before every policy", async () => {
  mesh = await runMesh([echo], {}, { plugins: [closed] });

  expect(await failure(call("nothing"))).toMatchObject({ code: Code.Unavailable, reason: "CLOSED", domain: "acme" });
});

test("a plugin stands between two policies: after who may call, before what is checked", async () => {
  const seen: string[] = [];
  mesh = await runMesh([echo], {}, { plugins: [watching(seen)] });

  await failure(call("secret"));
  await failure(call("say", '{"text":5}'));

  expect(seen).toEqual(["say"]);
});

test("a plugin stands around the sending, and may answer in its place", async () => {
  mesh = await runMesh([echo], {}, { plugins: [remembering()] });

  const answers = [await call("say"), await call("say"), await call("say", '{"text":"other"}')];

  expect(answers.map(({ outcome }) => outcome?.value.toString())).toEqual(['"hi"', '"hi"', '"other"']);
  expect(handled).toBe(2);
});
