import { credentials } from "@grpc/grpc-js";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { channelOptions, decodeValue } from "@weft/contracts";
import { ExecuteRequest, GatewayServiceClient } from "@weft/contracts/gateway";
import { pidProgram } from "../../support/pid-service.js";
import { unary } from "../../support/running-mesh.js";
import { runToEnd, type ServiceProcess, startProcess } from "../../support/service-process.js";
import { until, within } from "../../support/within.js";
import { linesOf, workersOf } from "../../support/worker-lines.js";

const alone = { WEFT_LISTEN: "127.0.0.1:0", WEFT_DISCOVERY: "embedded" };

describe("a service with three workers", () => {
  let gateway: ServiceProcess;
  let service: ServiceProcess;
  let client: GatewayServiceClient;
  beforeAll(async () => {
    gateway = await startProcess("gateway", alone);
    client = new GatewayServiceClient(gateway.publicAddress, credentials.createInsecure(), channelOptions);
    const joined = { WEFT_DISCOVERY: `embedded:${gateway.meshAddress}`, WEFT_WORKERS: "3" };
    service = await startProcess(pidProgram.main, joined);
  });
  afterAll(() => {
    client.close();
    service.kill("SIGKILL");
    gateway.kill("SIGKILL");
  });

  test("is ready when all of them are, and has said what each has for itself", () => {
    const lines = linesOf(service);
    const ready = lines.filter(({ msg }) => msg === "ready").map(({ pid }) => pid);

    expect(new Set(ready).size).toBe(3);
    expect(ready).not.toContain(service.pid);
    expect(lines.filter(({ msg }) => /limits, budgets, breakers, sticky tables/.test(msg))).toHaveLength(1);
  });

  test("is three nodes: calls reach each of them", async () => {
    await until(async () => (await answering(client)).size === 3, "calls that reach three processes");
  });

  test("loses one without a failed call, and starts it again", async () => {
    const [victim = 0] = await answering(client);
    const failures: unknown[] = [];
    let calls = 0;
    let isOver = false;
    const load = Array.from({ length: 8 }, async () => {
      while (!isOver) {
        await callPid(client).catch((error) => failures.push(error));
        calls++;
      }
    });

    process.kill(victim, "SIGKILL");
    await until(async () => {
      const pids = await answering(client);
      return pids.size === 3 && !pids.has(victim);
    }, "three processes again");
    isOver = true;
    await Promise.all(load);

    expect(failures).toEqual([]);
    expect(calls).toBeGreaterThan(100);
    expect(linesOf(service).find(({ worker_pid }) => worker_pid === victim)).toMatchObject({ signal: "SIGKILL" });
  });

  test("drains them all on SIGTERM and leaves nothing behind", async () => {
    const pids = workersOf(service);

    service.kill("SIGTERM");

    expect(await within(service.exited, "the end of the service")).toBe(0);
    expect(pids.filter(isAlive)).toEqual([]);
    expect(service.errors()).toBe("");
  });
});

describe("a gateway with two workers", () => {
  let gateway: ServiceProcess;
  const started: ServiceProcess[] = [];
  const clients: GatewayServiceClient[] = [];
  beforeAll(async () => {
    gateway = await start("gateway", {
      ...alone,
      WEFT_WORKERS: "2",
      WEFT_LOG_LEVEL: "debug",
      WEFT_DRAIN_DELAY_MS: "60000",
    });
  });
  afterAll(() => {
    for (const client of clients) client.close();
    for (const one of started) one.kill("SIGKILL");
  });

  async function start(name: string, env: Readonly<Record<string, string>>): Promise<ServiceProcess> {
    const process = await startProcess(name, env);
    started.push(process);
    return process;
  }

  /** A client has one connection of its own, so one worker. */
  function connect(): GatewayServiceClient {
    const client = new GatewayServiceClient(gateway.publicAddress, credentials.createInsecure(), channelOptions);
    clients.push(client);
    return client;
  }

  test("shares one port: connections spread over both, which find the services in the registry over them", async () => {
    const service = await start(pidProgram.main, { WEFT_DISCOVERY: `embedded:${gateway.meshAddress}` });
    const all = Array.from({ length: 6 }, connect);
    const answered = async (client: GatewayServiceClient) => (await callPid(client).catch(() => 0)) === service.pid;

    await until(async () => (await Promise.all(all.map(answered))).every(Boolean), "calls through each");

    const served = linesOf(gateway).filter(({ msg }) => msg === "call");
    expect(new Set(served.map(({ pid }) => pid))).toEqual(new Set(workersOf(gateway)));
  });

  test("goes on when one dies: the port stays open, and the other is not alone for long", async () => {
    const [victim = 0] = workersOf(gateway);
    process.kill(victim, "SIGKILL");
    // A connection that is handed to it before its death is known is lost with it.
    const isKnown = () => linesOf(gateway).some(({ worker_pid }) => worker_pid === victim);
    await until(isKnown, "a death that is noticed");

    const list = { service: "", includeDisabled: false, pageSize: 0, pageToken: "" };
    await within(unary(connect(), "listFunctions", list), "an answer from the other one");

    await until(() => workersOf(gateway).filter(isAlive).length === 2, "a second worker");
  });

  test("ends at once at a second signal, and its workers with it", async () => {
    gateway.kill("SIGTERM");
    const stopping = () => linesOf(gateway).filter(({ msg }) => msg.startsWith("stopping")).length;
    await until(() => stopping() === 3, "workers that drain");

    gateway.kill("SIGTERM");

    expect(await within(gateway.exited, "the end of the gateway")).toBe(1);
    await until(() => !workersOf(gateway).some(isAlive), "the end of the workers");
  });
});

test("a killed process leaves no worker behind", async () => {
  const gateway = await startProcess("gateway", { ...alone, WEFT_WORKERS: "2" });
  const pids = workersOf(gateway);

  gateway.kill("SIGKILL");

  await until(() => !pids.some(isAlive), "the end of the workers");
  expect(gateway.errors()).toBe("");
});

describe("several workers are refused", () => {
  test.each<[name: string, service: string, Record<string, string>, RegExp]>([
    [
      "with one fixed mesh port",
      "places",
      { WEFT_MESH_LISTEN: "127.0.0.1:7409" },
      /^ {2}WEFT_MESH_LISTEN: each of the 2 workers/m,
    ],
    [
      "with one advertised address",
      "places",
      { WEFT_ADVERTISE: "node.example.org:7409" },
      /^ {2}WEFT_ADVERTISE: .* 2 workers/m,
    ],
    [
      "where none could say how to reach it",
      "places",
      { WEFT_MESH_LISTEN: "0.0.0.0:0" },
      /^ {2}WEFT_MESH_LISTEN: .* must name the host/m,
    ],
    [
      "by a cache, whose entries are in memory",
      "cache",
      { WEFT_LISTEN: "127.0.0.1:0" },
      /^ {2}WEFT_WORKERS: must be 1: .*memory/m,
    ],
    ["when they are too many", "places", { WEFT_WORKERS: "257" }, /^ {2}WEFT_WORKERS: /m],
  ])("%s", async (_name, service, env, problem) => {
    const { code, errors } = await runToEnd(service, { WEFT_WORKERS: "2", ...env });

    expect([code, errors]).toEqual([2, expect.stringMatching(problem)]);
    expect(errors.trimEnd().split("\n")).toHaveLength(2); // a title, and no stack
  });

  test("once, when none of them can start", async () => {
    const { code, errors } = await runToEnd("gateway", {
      ...alone,
      WEFT_WORKERS: "3",
      WEFT_LISTEN: "192.0.2.1:7400", // of nobody: RFC 5737
    });

    expect(code).toBe(2);
    expect(errors).toMatch(/^invalid configuration:\n {2}WEFT_LISTEN: .*no such address.*\n$/);
  });
});

async function callPid(client: GatewayServiceClient): Promise<number> {
  const { outcome } = await unary(client, "execute", ExecuteRequest.fromPartial({ service: "pid", function: "mine" }));
  return outcome?.$case === "result" ? Number(decodeValue(outcome.value)) : 0;
}

/** The processes that answer a few dozen calls. */
async function answering(client: GatewayServiceClient): Promise<Set<number>> {
  const pids = await Promise.all(Array.from({ length: 40 }, () => callPid(client).catch(() => 0)));
  return new Set(pids.filter((pid) => pid > 0));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
