import { credentials } from "@grpc/grpc-js";
import { afterEach, describe, expect, test } from "@jest/globals";
import { channelOptions } from "@weft/contracts";
import { AdminServiceClient } from "@weft/contracts/admin";
import { ExecuteRequest } from "@weft/contracts/gateway";
import { Code, Reason, type WeftError } from "@weft/core";
import { adminCall } from "../../support/admin-call.js";
import { type ProcessMesh, startProcessMesh } from "../../support/process-mesh.js";
import { unary } from "../../support/running-mesh.js";
import type { ServiceProcess } from "../../support/service-process.js";
import { slowProgram } from "../../support/slow-service.js";
import { openStream } from "../../support/stream-reader.js";
import { transports } from "../../support/transports.js";
import { until } from "../../support/within.js";

// Bounds of time are checked at five times their value: what is looked for are hangs, not slowness.
const lossMs = 50 * 5;
const perKind = 30;
const limitMs = 30_000;

let mesh: ProcessMesh;
let admin: AdminServiceClient;

async function start(settings: Readonly<Record<string, string>> = {}): Promise<void> {
  const env = { WEFT_ADMIN_ACTIONS: "list_nodes", WEFT_TIMEOUT_MS: String(limitMs), ...settings };
  mesh = await startProcessMesh({ service: slowProgram, nodes: 2, env });
  admin = new AdminServiceClient(mesh.gateway.publicAddress, credentials.createInsecure(), channelOptions);
}
afterEach(async () => {
  admin.close();
  await mesh.close();
});

const listed = async () => (await adminCall(admin, "listNodes", { service: "slow" })).nodes;

/** The process of a node, and its id. */
async function nodeOf(process: ServiceProcess | undefined) {
  const id = (await listed()).find(({ address }) => address === process?.meshAddress)?.id;
  if (process === undefined || id === undefined) throw new Error("there is no such node");
  return { process, id };
}

interface Ended {
  readonly node: string;
  readonly error: WeftError | undefined;
  readonly atMs: number;
}

function execute(name: string, waitMs: number): Promise<Ended> {
  const value = Buffer.from(JSON.stringify({ waitMs }));
  const request = ExecuteRequest.fromPartial({
    service: "slow",
    function: name,
    arguments: { $case: "argsJson", value },
  });
  return unary(mesh.client, "execute", request, limitMs).then(
    ({ node }) => ({ node, error: undefined, atMs: performance.now() }),
    (error) => ({ node: "", error, atMs: performance.now() }),
  );
}

/** Kills one of two nodes that have calls; how long after the kill the last of those that were lost had ended. */
async function killUnderLoad(links: number): Promise<number> {
  await start({ WEFT_LINKS: String(links) });
  for (let i = 0; i < 20; i++) await execute("write", 0); // both are connected, links open
  const victim = await nodeOf(mesh.nodes[0]);
  const writes = Array.from({ length: perKind }, () => execute("write", 3_000));
  const reads = Array.from({ length: perKind }, () => execute("read", 3_000));
  const inFlight = async () => (await listed()).reduce((sum, node) => sum + node.inFlight, 0);
  await until(async () => (await inFlight()) === 2 * perKind, "all calls on the nodes", 2_900);

  const killedMs = performance.now();
  victim.process.kill("SIGKILL");
  const written = await Promise.all(writes);
  const read = await Promise.all(reads);

  const lost = written.filter(({ error }) => error !== undefined);
  expect(lost.length).toBeGreaterThan(0);
  expect(lost.length).toBeLessThan(perKind);
  for (const { error } of lost)
    expect(error).toMatchObject({
      code: Code.Unavailable,
      reason: Reason.ConnectionLost,
      metadata: { processed: "maybe", node: victim.id },
    });
  expect(read.filter(({ error }) => error !== undefined)).toEqual([]);
  expect(read.map(({ node }) => node)).not.toContain(victim.id);
  return Math.max(...lost.map(({ atMs }) => atMs - killedMs));
}

describe.each(transports)("faults N1: over $transport,", ({ links }) => {
  test("calls on a killed node are lost at once, or answered by another where that does no harm", async () => {
    let tookMs = await killUnderLoad(links);
    // What else the machine does counts too: at most two further attempts at the time, none at what becomes of the calls.
    for (let attempt = 2; attempt <= 3 && tookMs >= lossMs; attempt++) {
      admin.close();
      await mesh.close();
      tookMs = await killUnderLoad(links);
    }
    expect(tookMs).toBeLessThan(lossMs);
  }, 120_000);

  test("a killed node gets no further calls", async () => {
    await start({ WEFT_LINKS: String(links) });
    const victim = await nodeOf(mesh.nodes[0]);
    const survivor = await nodeOf(mesh.nodes[1]);
    for (let i = 0; i < 20; i++) await execute("write", 0); // both are connected, links open

    victim.process.kill("SIGKILL");
    await victim.process.exited;
    const calls = await Promise.all(Array.from({ length: 50 }, () => execute("read", 0)));

    expect(calls.filter(({ error }) => error !== undefined)).toEqual([]);
    expect(new Set(calls.map(({ node }) => node))).toEqual(new Set([survivor.id]));
  });
});

test("faults N2: a stream from a killed node gives what it gave in order, then says how far it came", async () => {
  await start();
  const stream = openStream(mesh.client, { service: "slow", function: "count" });
  const { content } = await stream.next();
  const node = content?.$case === "started" ? content.value.node : "";
  const sequences: number[] = [];
  while (sequences.length < 20) sequences.push((await stream.next()).sequence);
  const processes = await Promise.all(mesh.nodes.map(nodeOf));

  processes.find(({ id }) => id === node)?.process.kill("SIGKILL");
  let error: WeftError | undefined;
  while (error === undefined)
    await stream.next().then(
      ({ sequence }) => sequences.push(sequence),
      (thrown) => {
        error = thrown;
      },
    );

  expect(sequences).toEqual(sequences.map((_, i) => i + 1));
  expect(error).toMatchObject({
    code: Code.Unavailable,
    reason: Reason.ConnectionLost,
    metadata: { processed: "maybe", last_sequence: String(sequences.length) },
  });
});
