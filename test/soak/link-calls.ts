/**
 * Ten million calls over a link, each with a payload of its own, from 256 callers: every one must get its own answer.
 *
 *     npm run build && node test/dist/soak/link-calls.js [--calls N]
 *
 * Says every 10 s how far it is. Exits with 1 if any call had the answer of another, or failed.
 */
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { credentials } from "@grpc/grpc-js";
import type { ExecuteRequest } from "@weft/contracts/node";
import { CallAbort, grpcDial } from "@weft/mesh";
import { defineService, fn, runService } from "@weft/service";
import { startProcess } from "../support/service-process.js";

const path = fileURLToPath(import.meta.url);
const callers = 256;
const progressMs = 10_000;
const shownErrors = 10;

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

interface Tally {
  made: number;
  answered: number;
  /** Had the answer of another. */
  foreign: number;
  failed: number;
}

async function soak(calls: number): Promise<void> {
  const node = await startProcess(path, { WEFT_DISCOVERY: "embedded:127.0.0.1:1" });
  const dial = grpcDial({ credentials: credentials.createInsecure(), maxResponseBytes: 1_000_000 });
  const connection = dial(node.meshAddress);
  const tally: Tally = { made: 0, answered: 0, foreign: 0, failed: 0 };
  const startedMs = performance.now();

  async function caller(): Promise<void> {
    while (tally.made < calls) {
      const call = ++tally.made;
      const text = `call ${call} ${"x".repeat(call % 200)}`;
      try {
        const json = await connection.execute(request(text), new Limits());
        if (Buffer.from(json).toString() === JSON.stringify(text)) tally.answered++;
        else tally.foreign++;
      } catch (error) {
        if (++tally.failed <= shownErrors) process.stdout.write(`call ${call} failed: ${String(error)}\n`);
      }
    }
  }

  function report(): void {
    const { answered, foreign, failed } = tally;
    const perSecond = Math.round((answered + foreign + failed) / ((performance.now() - startedMs) / 1_000));
    const counts = `${answered} calls with their own answer, ${foreign} with another's, ${failed} failed`;
    process.stdout.write(`${counts}, ${perSecond}/s\n`);
  }

  const progress = setInterval(report, progressMs);
  await Promise.all(Array.from({ length: callers }, caller));
  clearInterval(progress);
  report();
  connection.close();
  node.kill("SIGTERM");
  await node.exited;
  process.exitCode = tally.answered === calls ? 0 : 1;
}

function callsAskedFor(): number {
  const { values } = parseArgs({ options: { calls: { type: "string", default: "10000000" } } });
  const calls = Number(values.calls);
  if (Number.isSafeInteger(calls) && calls > 0) return calls;
  throw new Error(`--calls must be a whole number above 0, got "${values.calls}"`);
}

if (process.send === undefined) await soak(callsAskedFor());
else await runService(echo, process);
