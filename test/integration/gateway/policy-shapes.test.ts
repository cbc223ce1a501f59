import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { errorFromStatus } from "@weft/contracts";
import { ExecuteRequest, GetResultRequest } from "@weft/contracts/gateway";
import { Code, Reason, WeftError } from "@weft/core";
import type { Pipeline } from "@weft/mesh";
import type { Plugin } from "@weft/plugin-chain";
import { defineService, type FunctionDeclaration, type FunctionDefinition, fn } from "@weft/service";
import { openSession } from "../../support/open-session.js";
import { type RunningMesh, runMesh, unary } from "../../support/running-mesh.js";
import { openStream } from "../../support/stream-reader.js";
import { until } from "../../support/within.js";

type Work = (signal: AbortSignal) => unknown;
type Rules = Omit<FunctionDeclaration, "args" | "argOrder" | "preset" | "requestInfo">;

/** How a call is made: each policy must hold for all of them. */
interface Shape {
  readonly define: (rules: Rules, work: Work) => FunctionDefinition;
  readonly call: (mesh: RunningMesh, functionName: string, args: object) => Promise<unknown>;
  /** True if the caller sees nothing of what happens after the admission. */
  readonly isOneWay?: boolean;
}

const args = { name: { type: "string", default: "" } } as const;
const sync: Shape["define"] = (rules, work) => fn({ ...rules, args, handler: (_args, { signal }) => work(signal) });
const none: Shape["define"] = (rules, work) =>
  fn({ ...rules, args, mode: "none", handler: (_args, { signal }) => work(signal) });
const later: Shape["define"] = (rules, work) =>
  fn({ ...rules, args, mode: "async", handler: (_args, { signal }) => work(signal) });
const stream: Shape["define"] = (rules, work) =>
  fn.stream({
    ...rules,
    args,
    async *handler(_args, { signal }) {
      yield await work(signal);
    },
  });

const byExecute: Shape["call"] = ({ client }, functionName, given) =>
  unary(client, "execute", ExecuteRequest.fromPartial(requestFor(functionName, given)));
const byStream: Shape["call"] = ({ client }, functionName, given) =>
  openStream(client, requestFor(functionName, given)).rest();
/** Asks for the outcome of what was accepted. */
const byGetResult: Shape["call"] = async ({ client }, functionName, given) => {
  const request = ExecuteRequest.fromPartial(requestFor(functionName, given));
  const { requestId } = await unary(client, "execute", request);
  const question = GetResultRequest.fromPartial({ requestId, waitMs: 20_000 });
  const { outcome } = await unary(client, "getResult", question, 30_000);
  if (outcome?.$case === "error") throw errorFromStatus(outcome.value);
  return outcome;
};
const bySession =
  (kind: "execute" | "stream"): Shape["call"] =>
  async ({ client }, functionName, given) => {
    const session = openSession(client);
    session.send({ id: 1, [kind]: requestFor(functionName, given) });
    const result = await session.last(1);
    session.rpc.end();
    await session.ended;
    if (result?.$case === "error") throw errorFromStatus(result.value);
    return result;
  };

function requestFor(functionName: string, given: object) {
  const value = Buffer.from(JSON.stringify(given));
  return { service: "matrix", function: functionName, arguments: { $case: "argsJson", value } } as const;
}

const shapes: Readonly<Record<string, Shape>> = {
  sync: { define: sync, call: byExecute },
  syncOverStream: { define: sync, call: byStream },
  stream: { define: stream, call: byStream },
  none: { define: none, call: byExecute, isOneWay: true },
  noneOverStream: { define: none, call: byStream, isOneWay: true },
  async: { define: later, call: byGetResult },
  asyncOverStream: { define: later, call: byStream },
  sessionExecute: { define: sync, call: bySession("execute") },
  sessionStream: { define: stream, call: bySession("stream") },
};

interface Refusal {
  readonly code: Code;
  readonly reason: string;
}

/** A function that one policy refuses, and how. */
interface Row {
  readonly rules?: Rules;
  readonly args?: object;
  readonly work?: Work;
  /** Calls before the one that counts; how they end does not matter. */
  readonly before?: number;
  /** True: one more call is under way meanwhile. */
  readonly isOccupied?: boolean;
  readonly refusal: Refusal;
  /** True if it happens behind the admission. */
  readonly isLate?: boolean;
}

const gates = new Map<string, () => void>();
const begun = new Map<string, number>();

const rows: Readonly<Record<string, Row>> = {
  disabled: { rules: { disabled: true }, refusal: { code: Code.Unimplemented, reason: Reason.FunctionDisabled } },
  rateLimit: {
    rules: { rateLimits: [{ key: "ip_address", max: 2, windowMs: 60_000 }] },
    before: 2,
    refusal: { code: Code.ResourceExhausted, reason: Reason.RateLimited },
  },
  permission: {
    rules: { permission: { role: ["nobody"] } },
    refusal: { code: Code.Unauthenticated, reason: Reason.Unauthenticated },
  },
  permissionCallback: {
    rules: { permit: "never" },
    refusal: { code: Code.PermissionDenied, reason: Reason.PermissionDenied },
  },
  beforeHook: {
    rules: { before: "reject" },
    refusal: { code: Code.FailedPrecondition, reason: Reason.HookRejected },
  },
  arguments: { args: { name: 1 }, refusal: { code: Code.InvalidArgument, reason: Reason.InvalidArgument } },
  concurrency: {
    rules: { concurrency: { max: 1 } },
    isOccupied: true,
    refusal: { code: Code.ResourceExhausted, reason: Reason.Overloaded },
  },
  resolver: {
    rules: { nodes: { resolver: "nowhere" } },
    isLate: true,
    refusal: { code: Code.Unavailable, reason: Reason.DynamicNodeResolutionFailed },
  },
  timeLimit: {
    rules: { timeoutMs: 100 },
    work: (signal) => new Promise((resolve) => signal.addEventListener("abort", resolve)),
    isLate: true,
    refusal: { code: Code.DeadlineExceeded, reason: Reason.Timeout },
  },
  typedError: {
    work: () => {
      throw new WeftError(Code.NotFound, "nothing here", { reason: "NOTHING_HERE" });
    },
    isLate: true,
    refusal: { code: Code.NotFound, reason: "NOTHING_HERE" },
  },
  breaker: {
    work: () => {
      throw new Error("broken");
    },
    before: 5,
    isLate: true,
    refusal: { code: Code.Unavailable, reason: Reason.CircuitOpen },
  },
};

const policies: Plugin<Pipeline> = {
  name: "names-of-this-test",
  callbacks: {
    provide(offers) {
      offers.permissionCallback("never", () => false);
      offers.beforeHook("reject", () => ({ error: "not today" }));
    },
  },
};

const matrix = Object.entries(rows).flatMap(([policy, row]) =>
  Object.entries(shapes).map(([shape, how]) => ({ policy, row, shape, how, name: `${policy}_${shape}` })),
);

/** Work that a test may hold up. */
function gatedWork(name: string, { work = () => "done", isOccupied = false }: Row): Work {
  const gate = new Promise<void>((resolve) => gates.set(name, resolve));
  return async (signal) => {
    begun.set(name, (begun.get(name) ?? 0) + 1);
    if (isOccupied) await gate;
    return work(signal);
  };
}

let mesh: RunningMesh;
beforeAll(async () => {
  const functions = matrix.map(({ name, row, how }) => [
    name,
    how.define({ permission: "public", ...row.rules }, gatedWork(name, row)),
  ]);
  const service = defineService({ name: "matrix", version: "1.0.0", functions: Object.fromEntries(functions) });
  mesh = await runMesh([service], {}, { plugins: [policies] });
});
afterAll(() => mesh.close());

describe.each(Object.keys(rows))("%s", (policy) => {
  test.each(matrix.filter((each) => each.policy === policy))("$shape", async ({ name, row, how }) => {
    const call = (given: object = row.args ?? {}) => how.call(mesh, name, given);
    const occupant = row.isOccupied ? call() : undefined;
    if (occupant !== undefined) await until(() => begun.get(name) === 1, "the first call's begin");
    for (let left = row.before ?? 0; left > 0; left--) await call().catch(() => {});

    const ended = await call().then(
      () => "admitted",
      (error: unknown) => error,
    );
    gates.get(name)?.();
    await occupant;
    if (row.isLate && how.isOneWay) expect(ended).toBe("admitted");
    else expect(ended).toMatchObject(row.refusal);
  });
});
