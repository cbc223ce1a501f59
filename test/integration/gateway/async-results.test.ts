import { credentials, Metadata, type ServiceError } from "@grpc/grpc-js";
import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { cacheFunctions, createMemoryStore, createNamespaces, type MemoryStore } from "@weft/cache";
import { channelOptions, errorFromGrpc, errorFromStatus } from "@weft/contracts";
import {
  ExecuteRequest,
  type ExecuteResponse,
  GatewayServiceClient,
  GetResultRequest,
  type GetResultResponse,
  ResultState,
} from "@weft/contracts/gateway";
import { Code, Reason, silentLogger } from "@weft/core";
import { gatewaySettings, startGateway } from "@weft/gateway";
import { defineService, fn, type RunningService } from "@weft/service";
import { failure, type RunningMesh, runMesh } from "../../support/running-mesh.js";
import { type ShiftedClock, shiftedClock } from "../../support/shifted-clock.js";
import { testIdentity } from "../../support/test-identity.js";
import { until } from "../../support/within.js";

const { RESULT_STATE_PENDING: pending, RESULT_STATE_DONE: done, RESULT_STATE_FAILED: failed } = ResultState;
const long = '"é😀\\'.repeat(90_000); // 900 kB of JSON

let release = () => {};
let gate = Promise.resolve();
const jobs = defineService({
  name: "jobs",
  version: "1.0.0",
  functions: {
    run: fn({
      mode: "async",
      permission: "public",
      timeoutMs: 60_000,
      async handler() {
        await gate;
        return "done";
      },
    }),
    long: fn({ mode: "async", permission: "public", handler: () => long }),
  },
});

/** A gateway as its clients see it. */
interface Door {
  readonly service: RunningService;
  readonly client: GatewayServiceClient;
}

const keepMs = 120_000;
let mesh: RunningMesh;
let store: MemoryStore;
let cache: RunningService;
let clock: ShiftedClock;
let first: Door;
let second: Door;

async function openDoor(): Promise<Door> {
  const discovery = `embedded:${mesh.gateway.meshAddress}`;
  const service = await startGateway(
    gatewaySettings.parse({ drainDelayMs: 0, listen: "127.0.0.1:0", discovery, asyncResultTtlMs: keepMs }),
    silentLogger,
    { clock, plugins: [testIdentity] },
  );
  const client = new GatewayServiceClient(service.publicAddress ?? "", credentials.createInsecure(), channelOptions);
  const count = (name: string) =>
    new Promise<number>((resolve) => {
      client.listFunctions({ service: name, includeDisabled: false, pageSize: 0, pageToken: "" }, (_error, page) =>
        resolve(page?.functions.length ?? 0),
      );
    });
  await until(
    async () => (await count("jobs")) > 0 && (await count("cache")) > 0,
    "a gateway that knows both services",
  );
  return { service, client };
}

function closeDoor({ service, client }: Door): Promise<void> {
  client.close();
  return service.close();
}

beforeAll(async () => {
  clock = shiftedClock();
  mesh = await runMesh([jobs]);
  store = createMemoryStore({ capacity: 1_000, clock });
  const namespaces = createNamespaces(createMemoryStore({ capacity: 10, clock }), { "mesh-outcomes": store });
  const functions = cacheFunctions(namespaces, { permission: "any_authenticated" });
  cache = await mesh.add(defineService({ name: "cache", version: "1.0.0", functions }));
  first = await openDoor();
  second = await openDoor();
});
afterAll(async () => {
  await Promise.all([closeDoor(first), closeDoor(second)]);
  await mesh.close();
});
beforeEach(() => {
  store.clear();
  gate = new Promise((resolve) => {
    release = resolve;
  });
});

function asked<Response>(
  ask: (metadata: Metadata, done: (error: ServiceError | null, response: Response) => void) => void,
  user: string,
) {
  return new Promise<Response>((resolve, reject) => {
    const metadata = new Metadata();
    if (user !== "") metadata.set("x-test-user", user);
    ask(metadata, (error, response) => (error === null ? resolve(response) : reject(errorFromGrpc(error))));
  });
}

const execute = ({ client }: Door, functionName: string, requestId: string, user = "") => {
  const request = ExecuteRequest.fromPartial({ service: "jobs", function: functionName, requestId });
  return asked<ExecuteResponse>((metadata, answer) => client.execute(request, metadata, answer), user);
};
const getResult = ({ client }: Door, requestId: string, waitMs = 0, user = "") => {
  const request = GetResultRequest.fromPartial({ requestId, waitMs, resultEncoding: 2 });
  return asked<GetResultResponse>((metadata, answer) => client.getResult(request, metadata, answer), user);
};
const resultIn = ({ outcome }: GetResultResponse) =>
  outcome?.$case === "resultJson" && JSON.parse(String(outcome.value));
const errorIn = ({ outcome }: GetResultResponse) => outcome?.$case === "error" && errorFromStatus(outcome.value);

test("another gateway knows that a call is pending, and tells its outcome to who waits there", async () => {
  await execute(first, "run", "r1");

  expect(await getResult(second, "r1")).toMatchObject({ state: pending, expiresInMs: 0 });
  const waiting = getResult(second, "r1", 20_000);
  release();

  const told = await waiting;
  expect(told.state).toBe(done);
  expect(resultIn(told)).toBe("done");
  expect(told.expiresInMs).toBeGreaterThan(keepMs / 2);
  expect(told.expiresInMs).toBeLessThanOrEqual(keepMs);
});

test("a request id that is in use at one gateway is so at the other", async () => {
  await execute(first, "run", "r1");

  expect(await failure(execute(second, "run", "r1"))).toMatchObject({ reason: Reason.RequestIdInUse });
  release();
  expect((await getResult(second, "r1", 20_000)).state).toBe(done);
  expect(await execute(second, "run", "r1")).toMatchObject({ async: true });
  expect((await getResult(first, "r1", 20_000)).state).toBe(done);
});

test("a large result is whole at another gateway", async () => {
  await execute(first, "long", "r1");

  const told = await getResult(second, "r1", 20_000);

  expect(resultIn(told) === long).toBe(true);
});

test("an outcome is told to the caller alone", async () => {
  await execute(first, "run", "r1", "ann");
  await execute(first, "run", "r1", "bob"); // an id of his own
  release();

  expect((await getResult(second, "r1", 20_000, "ann")).state).toBe(done);
  for (const other of ["", "eve"])
    expect(await failure(getResult(second, "r1", 0, other))).toMatchObject({
      code: Code.NotFound,
      reason: Reason.ResultNotFound,
    });
});

test("an outcome is forgotten when its time is over", async () => {
  release();
  await execute(first, "run", "r1");
  await getResult(second, "r1", 20_000);

  clock.advance(keepMs + 1);

  for (const door of [first, second])
    expect(await failure(getResult(door, "r1"))).toMatchObject({ reason: Reason.ResultNotFound });
});

test("a call counts as pending as long as its gateway says so, and as lost when it has been silent for 30 s", async () => {
  const third = await openDoor();
  await execute(third, "run", "r1");
  for (let minute = 0; minute < 6; minute++) {
    clock.elapse(10_000);
    await until(async () => (await getResult(second, "r1")).state === pending, "a word of the gateway");
  }

  clock.advance(30_001); // its timers do not notice
  const lost = await getResult(second, "r1");

  expect(lost.state).toBe(failed);
  expect(errorIn(lost)).toMatchObject({
    code: Code.Unavailable,
    reason: Reason.ConnectionLost,
    metadata: { processed: "maybe" },
  });
  release();
  await closeDoor(third);
});

test("a gateway that shuts down waits for its calls, whose outcomes then are elsewhere", async () => {
  const third = await openDoor();
  await execute(third, "run", "r1");
  const closed = closeDoor(third);
  release();
  await closed;

  expect(resultIn(await getResult(second, "r1"))).toBe("done");
});

test("without the cache a gateway tells the outcomes of its own calls", async () => {
  await cache.close();
  release();
  await execute(first, "run", "r1");

  expect(resultIn(await getResult(first, "r1", 20_000))).toBe("done");
  expect(resultIn(await getResult(first, "r1"))).toBe("done");
  expect((await failure(getResult(second, "r1"))).code).not.toBe(Code.Internal);
});
