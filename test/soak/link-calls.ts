/**
 * Ten million calls over a link, each with a payload of its own, from 256 callers: every one must get its own answer.
 *
 *     npm run build && node test/dist/soak/link-calls.js [CALLS]
 */
import { fileURLToPath } from "node:url";
import { credentials } from "@grpc/grpc-js";
import type { ExecuteRequest } from "@weft/contracts/node";
import { CallAbort, grpcDial } from "@weft/mesh";
import { defineService, fn, runService } from "@weft/service";
import { startProcess } from "../support/service-process.js";

const path = fileURLToPath(import.meta.url);
const callers = 256;

const echo = defineService({
  name: "echo",
  version: "1.0.0",
  functions: { say: fn({ permission: "public", args: { text: "string" }, handler: async ({ text }) => text }) },
});

function request(text: string): ExecuteRequest {
  const argsJson = Buffer.from(JSON.stringify({ text }));
  return { context: { ...context, requestId: text }, service: "echo", function: "say", version: "", argsJson };
}

const context = {
  userId: "",
  roles: [],
  tenant: "",
  deviceId: "",
  peerAddress: "",
  timeoutMs: 60_000,
  traceparent: "",
  tracestate: "",
  baggage: "",
  attempt: 1,
  hop: 1,
  idempotencyKey: "",
  caller: "soak",
};

class Limits {
  readonly timeoutMs = 60_000;
  readonly abort = new CallAbort();

  get signal(): AbortSignal {
    return this.abort.signal;
  }
}

async function soak(calls: number): Promise<void> {
  const node = await startProcess(path, { WEFT_DISCOVERY: "embedded:127.0.0.1:1" });
  const dial = grpcDial({ credentials: credentials.createInsecure(), maxResponseBytes: 1_000_000 });
  const connection = dial(node.meshAddress);
  let made = 0;
  let foreign = 0;
  const startedMs = performance.now();

  async function caller(): Promise<void> {
    while (made < calls) {
      const text = `call ${++made} ${"x".repeat(made % 200)}`;
      const json = await connection.execute(request(text), new Limits());
      if (Buffer.from(json).toString() !== JSON.stringify(text)) foreign++;
      if (made % 1_000_000 === 0) process.stdout.write(`${made} calls, ${foreign} with an answer of another\n`);
    }
  }

  await Promise.all(Array.from({ length: callers }, caller));
  const perSecond = Math.round(made / ((performance.now() - startedMs) / 1_000));
  process.stdout.write(`${made} calls, ${foreign} with an answer of another, ${perSecond}/s\n`);
  connection.close();
  node.kill("SIGTERM");
  await node.exited;
  process.exitCode = foreign === 0 ? 0 : 1;
}

if (process.send === undefined) await soak(Number(process.argv[2] ?? 10_000_000));
else await runService(echo, process);
