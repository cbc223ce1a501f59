import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createHistogram } from "node:perf_hooks";
import { promisify } from "node:util";
import type { LoadFigures } from "./drive-load.js";

export interface H2loadOptions {
  readonly address: string;
  /** Such as `/weft.v1.GatewayService/Execute`. */
  readonly path: string;
  /** The message that each call sends, without gRPC's frame. */
  readonly request: Uint8Array;
  /** Bytes that a right answer has at least: an error has none, and h2load would count it as well. */
  readonly leastAnswerBytes: number;
  readonly streams: number;
  readonly forMs: number;
}

/** A gRPC load over one connection from a client that is not Node. Rejects where h2load is missing, or a call failed. */
export async function runH2load(options: H2loadOptions): Promise<LoadFigures> {
  const { address, path, request, leastAnswerBytes, streams, forMs } = options;
  const folder = mkdtempSync(join(tmpdir(), "weft-h2load-"));
  try {
    const body = join(folder, "body");
    const log = join(folder, "log");
    writeFileSync(body, grpcFrame(request));
    const headers = ["content-type: application/grpc", "te: trailers", "grpc-timeout: 5S"];
    const printed = await h2load([
      ...["-c", "1", "-m", String(streams), "-D", `${forMs}ms`, "-d", body, `--log-file=${log}`],
      ...headers.flatMap((header) => ["-H", header]),
      `http://${address}${path}`,
    ]);
    const { calls, seconds, answerBytes } = parseH2load(printed);
    if (answerBytes < calls * leastAnswerBytes)
      throw new Error(`${calls} answers have ${answerBytes} bytes: some of them are errors`);
    return { calls, seconds, ...latenciesOf(readFileSync(log, "utf8")) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function h2load(args: readonly string[]): Promise<string> {
  try {
    return (await promisify(execFile)("h2load", args, { timeout: 60_000 })).stdout;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    throw new Error("h2load is not on PATH: install it (Debian: apt-get install nghttp2-client)");
  }
}

/** What h2load printed. Throws unless every request was answered with status 2xx. */
export function parseH2load(printed: string): { calls: number; seconds: number; answerBytes: number } {
  const number = (pattern: RegExp) => {
    const [, text] = pattern.exec(printed) ?? [];
    if (text === undefined) throw new Error(`h2load printed nothing like ${pattern}: ${printed.slice(-500)}`);
    return Number(text);
  };
  const [calls, failed] = [number(/^requests:.* (\d+) succeeded/m), number(/^requests:.* (\d+) failed/m)];
  if (failed > 0 || calls === 0) throw new Error(`of h2load's requests ${failed} failed and ${calls} succeeded`);
  const seconds = calls / number(/^finished in .*?, ([\d.]+) req\/s/m);
  return { calls, seconds, answerBytes: number(/^traffic:.*\((\d+)\) data$/m) };
}

/** From a log file: lines of start time, status and duration, both times in µs. */
export function latenciesOf(log: string): Pick<LoadFigures, "p50Ms" | "p99Ms"> {
  const latencies = createHistogram({ figures: 3 });
  for (const [, durationUs] of log.matchAll(/^\d+\t\d+\t(\d+)$/gm)) latencies.record(Math.max(1, Number(durationUs)));
  return { p50Ms: latencies.percentile(50) / 1e3, p99Ms: latencies.percentile(99) / 1e3 };
}

/** Not compressed, and its length in four bytes. */
function grpcFrame(message: Uint8Array): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(message.length, 1);
  return Buffer.concat([head, message]);
}
