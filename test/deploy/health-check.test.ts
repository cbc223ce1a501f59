import { type ChildProcess, fork, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { afterEach, expect, test } from "@jest/globals";
import { repositoryRoot } from "../support/repository.js";

let service: ChildProcess | undefined;
afterEach(async () => {
  if (service === undefined || service.exitCode !== null) return;
  service.kill("SIGKILL");
  await once(service, "exit");
});

test("the image's health check passes while the service serves, and fails once it is gone", async () => {
  const address = await startCache();

  expect(await healthCheck(address)).toEqual({ exitCode: 0, output: "SERVING\n" });

  service?.kill("SIGTERM");
  if (service !== undefined) await once(service, "exit");
  expect(await healthCheck(address)).toMatchObject({ exitCode: 1 });
});

async function startCache(): Promise<string> {
  service = fork(join(repositoryRoot, "services", "cache", "dist", "main.js"), {
    env: { WEFT_DISCOVERY: "embedded", WEFT_LISTEN: "127.0.0.1:0", WEFT_LOG_LEVEL: "silent" },
    execArgv: [],
  });
  const [ready] = (await once(service, "message")) as [{ meshAddress: string }];
  return ready.meshAddress;
}

async function healthCheck(address: string): Promise<{ exitCode: number | null; output: string }> {
  const child = spawn(process.execPath, [join(repositoryRoot, "deploy", "health-check.mjs"), address]);
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    output += chunk;
  });
  const [exitCode] = (await once(child, "close")) as [number | null];
  return { exitCode, output };
}
