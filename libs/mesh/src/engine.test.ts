import { describe, expect, test } from "@jest/globals";
import { Code, Reason, systemClock, WeftError } from "@weft/core";
import type { CallRequest } from "./call.js";
import type { Catalogue } from "./catalogue/catalogue.js";
import { authorize } from "./policies/authorize.js";
import { dispatch } from "./policies/dispatch.js";
import { failover } from "./policies/failover.js";
import { resolve } from "./policies/resolve.js";
import { timeLimit } from "./policies/time-limit.js";
import { validate } from "./policies/validate.js";
import { callRequest, type FakeMesh, type FakeNode, fakeMesh, functionConfig } from "./testkit.js";

const clock = systemClock;
const policies = (catalogue: Catalogue) => [
  resolve({ catalogue, clock, discoveryWaitMs: 20 }),
  timeLimit({ defaultMs: 5_000, maximumMs: 60_000 }),
  authorize(),
  validate(),
  failover({ clock }),
  dispatch({ clock, caller: "test" }),
];

const name = { name: "name", type: "string" };
const functions = [
  functionConfig({ function: "echo", arguments: [{ ...name }] as never }),
  functionConfig({ function: "read", idempotent: true }),
  functionConfig({ function: "write" }),
  functionConfig({ function: "secret", permission: undefined as never }),
  functionConfig({ function: "off", disabled: true }),
  functionConfig({ function: "numbers", mode: "stream" }),
];

const answering = (name: string): FakeNode => ({ name, functions, answer: (_name, args) => ({ from: name, args }) });

function failing(name: string, error: WeftError): FakeNode {
  return { name, functions, answer: () => Promise.reject(error) };
}

function lost(processed: "no" | "maybe"): WeftError {
  return new WeftError(Code.Unavailable, "connection lost", { reason: Reason.ConnectionLost, metadata: { processed } });
}

const mesh = (...nodes: FakeNode[]) => fakeMesh({ nodes, plugins: policies, clock });

async function run(mesh: FakeMesh, request: CallRequest): Promise<unknown> {
  const { json } = await mesh.execute(mesh.newCall(request, new AbortController()));
  return JSON.parse(Buffer.from(json).toString());
}

const errorOf = (promise: Promise<unknown>): Promise<WeftError> =>
  promise.then(
    () => Promise.reject(new Error("the call did not fail")),
    (error) => error,
  );

test("a call reaches a node with its checked arguments, and its answer comes back", async () => {
  const one = await mesh(answering("a"));

  expect(await run(one, callRequest("echo", { name: "x" }))).toEqual({ from: "a", args: { name: "x" } });
  await one.close();
});

describe("what is refused before any node is asked", () => {
  test.each([
    ["an unknown service", callRequest("echo", {}, { service: "nobody" }), Code.Unimplemented, Reason.FunctionNotFound],
    ["an unknown function", callRequest("nothing"), Code.Unimplemented, Reason.FunctionNotFound],
    ["an unknown version", callRequest("echo", {}, { version: "2.0.0" }), Code.Unimplemented, Reason.FunctionNotFound],
    ["a disabled function", callRequest("off"), Code.Unimplemented, Reason.FunctionDisabled],
    ["a stream function by Execute", callRequest("numbers"), Code.FailedPrecondition, Reason.WrongCallShape],
    ["an anonymous caller where a user is needed", callRequest("secret"), Code.Unauthenticated, Reason.Unauthenticated],
    ["wrong arguments", callRequest("echo", { nome: 1 }), Code.InvalidArgument, Reason.InvalidArgument],
    ["a call without time left", callRequest("read", {}, { deadlineAt: 0 }), Code.DeadlineExceeded, Reason.Timeout],
  ])("%s", async (_name, request, code, reason) => {
    const one = await mesh(answering("a"));

    expect(await errorOf(run(one, request))).toMatchObject({ code, reason });
    expect(one.calls).toEqual([]);
    await one.close();
  });
});

describe("failover", () => {
  // The first draw of `random` always takes the first candidate.
  test.each([
    ["a call that was never sent goes to the next node", lost("no"), "write", ["a", "b"]],
    ["a call that may have been processed does too, where that does no harm", lost("maybe"), "read", ["a", "b"]],
    [
      "a paused node sends callers on",
      new WeftError(Code.Unavailable, "", { reason: Reason.Paused }),
      "write",
      ["a", "b"],
    ],
    [
      "a node that drains sends callers on",
      new WeftError(Code.Unavailable, "", { reason: Reason.Draining }),
      "write",
      ["a", "b"],
    ],
  ])("%s", async (_name, error, functionName, calls) => {
    const two = await mesh(failing("a", error), answering("b"));

    expect(await run(two, callRequest(functionName))).toMatchObject({ from: "b" });
    expect(two.calls).toEqual(calls);
    await two.close();
  });

  test.each([
    ["a call that may have been processed is not repeated", lost("maybe"), "write"],
    ["an answer of the function is an answer", new WeftError(Code.NotFound, "no such thing"), "read"],
  ])("%s", async (_name, error, functionName) => {
    const two = await mesh(failing("a", error), answering("b"));

    expect(await errorOf(run(two, callRequest(functionName)))).toMatchObject({ code: error.code });
    expect(two.calls).toEqual(["a"]);
    await two.close();
  });

  test("what may have been processed has one more attempt, and the caller sees the last error", async () => {
    const three = await mesh(failing("a", lost("maybe")), failing("b", lost("maybe")), answering("c"));

    expect(await errorOf(run(three, callRequest("read")))).toMatchObject({ reason: Reason.ConnectionLost });
    expect(three.calls).toEqual(["a", "b"]);
    await three.close();
  });

  test("what was surely not processed uses up no attempt, up to four", async () => {
    const three = await mesh(failing("a", lost("maybe")), failing("b", lost("no")), answering("c"));
    await run(three, callRequest("read"));
    expect(three.calls).toEqual(["a", "b", "c"]);
    await three.close();

    const five = await mesh(...["a", "b", "c", "d"].map((id) => failing(id, lost("no"))), answering("e"));
    expect(await errorOf(run(five, callRequest("write")))).toMatchObject({ reason: Reason.ConnectionLost });
    expect(five.calls).toEqual(["a", "b", "c", "d"]);
    await five.close();
  });

  test("only the first engine of a chain of calls tries again", async () => {
    const two = await mesh(failing("a", lost("maybe")), answering("b"));

    await errorOf(run(two, callRequest("read", {}, { hop: 2 })));

    expect(two.calls).toEqual(["a"]);
    await two.close();
  });

  test("a call that was surely not processed goes on from anywhere in a chain of calls", async () => {
    const two = await mesh(failing("a", lost("no")), answering("b"));

    await run(two, callRequest("write", {}, { hop: 2 }));

    expect(two.calls).toEqual(["a", "b"]);
    await two.close();
  });

  test("a node whose connection failed is left out of the next calls", async () => {
    const two = await mesh(failing("a", lost("no")), answering("b"));

    await run(two, callRequest("write"));
    await run(two, callRequest("write"));

    expect(two.calls).toEqual(["a", "b", "b"]);
    await two.close();
  });
});

test("a service whose last node has gone is known, but unavailable", async () => {
  const one = await mesh();
  const leave = one.join(answering("a"));
  await one.catalogue.whenReady("echo");
  while ((one.catalogue.services.get("echo")?.peers.length ?? 0) === 0) await new Promise(setImmediate);
  await one.catalogue.whenReady("echo");

  leave();
  while (one.catalogue.services.get("echo")?.peers.length !== 0) await new Promise(setImmediate);

  expect(await errorOf(run(one, callRequest("write")))).toMatchObject({ reason: Reason.NoNodesAvailable });
  await one.close();
});

test("a failure of a plugin is INTERNAL with a fixed text and the request id", async () => {
  const broken = {
    name: "broken",
    callbacks: {
      admit() {
        throw new Error("the password is 1234");
      },
    },
  };
  const one = await fakeMesh({ nodes: [answering("a")], plugins: () => [broken], clock });

  expect(await errorOf(run(one, callRequest("read")))).toMatchObject({
    code: Code.Internal,
    message: "Request processing failed",
    requestId: "r1",
  });
  await one.close();
});
