import { fork } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, connect, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { settingRows } from "@weft/core";
import { gatewaySettings } from "@weft/gateway";
import { healthClient } from "../../support/health-client.js";
import { repositoryRoot } from "../../support/repository.js";
import { runToEnd, type ServiceProcess, spawnService, startProcess } from "../../support/service-process.js";
import { until, within } from "../../support/within.js";

// The reference allows 2 s; on a busy machine five times as much only finds what hangs.
const refusalMs = 10_000;
const alone = { WEFT_LISTEN: "127.0.0.1:0", WEFT_DISCOVERY: "embedded" };

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "weft-start-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const started: { kill(signal: NodeJS.Signals): unknown }[] = [];
afterEach(() => {
  for (const one of started.splice(0)) one.kill("SIGKILL"); // nothing, if it has ended
});

async function gateway(env: Readonly<Record<string, string>> = {}): Promise<ServiceProcess> {
  const running = await startProcess("gateway", { ...alone, ...env });
  started.push(running);
  return running;
}

describe("faults L5: a gateway that cannot start exits with 2 and says what to do", () => {
  let taken: Server;
  let address: string;
  beforeAll(async () => {
    taken = createServer().listen(0, "127.0.0.1");
    await once(taken, "listening");
    address = `127.0.0.1:${(taken.address() as AddressInfo).port}`;
  });
  afterAll(() => void taken.close());

  test.each(["WEFT_LISTEN", "WEFT_MESH_LISTEN"])("%s is in use", async (setting) => {
    const { code, errors } = await within(
      runToEnd("gateway", { ...alone, [setting]: address }),
      "the refusal",
      refusalMs,
    );

    expect(code).toBe(2);
    expect(errors).toBe(
      `invalid configuration:\n  ${setting}: cannot listen on ${address} (the port is in use: stop the other process or choose another port)\n`,
    );
  });

  test("several settings are wrong", async () => {
    const file = join(folder, "weft.json");
    writeFileSync(file, JSON.stringify({ nope: 1, zone: 7 }));

    const { code, errors } = await runToEnd("gateway", {
      WEFT_CONFIG: file,
      WEFT_LISTEN: "nowhere",
      WEFT_DISCOVERY: "carrier-pigeon",
      WEFT_MAX_STREAMS: "many",
      WEFT_LOG_LEVEL: "loud",
    });

    expect(code).toBe(2);
    const [title, ...problems] = errors.trimEnd().split("\n");
    expect(title).toBe("invalid configuration:");
    expect(problems.map((line) => /^ {2}(unknown setting "nope"|[A-Z_]+:)/.exec(line)?.[1]).sort()).toEqual([
      "WEFT_DISCOVERY:",
      "WEFT_LISTEN:",
      "WEFT_LOG_LEVEL:",
      "WEFT_MAX_STREAMS:",
      "WEFT_ZONE:",
      'unknown setting "nope"',
    ]);
  });

  test.each<[string, Record<string, string>, RegExp]>([
    [
      "the settings file is not there",
      { WEFT_CONFIG: "/nowhere/weft.json" },
      /^ {2}WEFT_CONFIG: cannot read ".*" \(ENOENT\)$/m,
    ],
    [
      "the token file is not there",
      { WEFT_MESH_TOKEN_FILE: "/nowhere/token" },
      /^ {2}WEFT_MESH_TOKEN_FILE: cannot read /m,
    ],
    [
      "others could reach it without a token",
      { WEFT_MESH_LISTEN: "0.0.0.0:0" },
      /^ {2}WEFT_MESH_LISTEN: .*WEFT_MESH_TOKEN_FILE/m,
    ],
  ])("%s", async (_name, env, problem) => {
    const { code, errors } = await runToEnd("gateway", { ...alone, ...env });

    expect(code).toBe(2);
    expect(errors).toMatch(problem);
    expect(errors.trimEnd().split("\n")).toHaveLength(2); // a title, and no stack
  });
});

test("--help names every setting and ends with 0", async () => {
  const { code, output, errors } = await runToEnd("gateway", {}, ["--help"]);

  expect(code).toBe(0);
  expect(errors).toBe("");
  for (const { env, description } of settingRows(gatewaySettings))
    expect(output.split("\n").some((line) => line.startsWith(`  ${env} `) && line.includes(description))).toBe(true);
});

describe("a process ends", () => {
  test("in order when told to while it starts", async () => {
    const port = await freePort();
    const env = { WEFT_MESH_LISTEN: `127.0.0.1:${port}`, WEFT_DISCOVERY: "embedded" };
    const { child, exited, output, errors } = spawnService("places", env);
    started.push(child);
    await until(() => output().includes('"msg":"starting"'), "a process that has begun to start");
    const wasListening = await isListening(port);

    child.kill("SIGTERM");

    expect(await within(exited, "the end of the process")).toBe(0);
    expect(wasListening).toBe(false); // it was reading its cities
    expect(errors()).toBe("");
    expect(await isListening(port)).toBe(false);
  });

  test("at once at a second signal", async () => {
    const running = await gateway({ WEFT_DRAIN_DELAY_MS: "60000" });
    const health = healthClient(running.publicAddress);
    try {
      running.kill("SIGTERM");
      await until(async () => (await health.check("")) === "NOT_SERVING", "a gateway that drains");
    } finally {
      health.close();
    }

    running.kill("SIGTERM");

    expect(await within(running.exited, "the end of the process")).toBe(1);
  });

  test("in order when its parent lets go of it", async () => {
    const { child, errors } = spawnService("gateway", alone);
    started.push(child);
    await within(once(child, "message"), "the start of the gateway");

    child.disconnect();

    const [code] = await within(once(child, "exit"), "the end of the process");
    expect(code).toBe(0);
    expect(errors()).toBe("");
  });

  test("when its parent is killed and nobody reads its log any more", async () => {
    const parent = fork(join(folder, "parent.mjs"), { silent: true, execArgv: [] });
    started.push(parent);
    const [{ pid }] = await within(once(parent, "message"), "the start of the gateway");
    started.push({ kill: (signal) => isAlive(pid) && process.kill(pid, signal) });

    parent.kill("SIGKILL");

    const left = join(folder, "left");
    await until(() => existsSync(left), "the end of the gateway");
    expect(readFileSync(left, "utf8")).toBe("0");
  });
  beforeAll(() => {
    // A parent that passes on the process id; what the gateway exits with is written down by a hook in itself.
    const main = join(repositoryRoot, "services/gateway/dist/main.js");
    const hook = join(folder, "hook.mjs");
    const left = JSON.stringify(join(folder, "left"));
    writeFileSync(
      hook,
      `import { writeFileSync } from "node:fs";\nprocess.on("exit", (code) => writeFileSync(${left}, String(code)));\n`,
    );
    writeFileSync(
      join(folder, "parent.mjs"),
      `import { fork } from "node:child_process";
const child = fork(${JSON.stringify(main)}, { execArgv: ["--import", ${JSON.stringify(`file://${hook}`)}], env: ${JSON.stringify(alone)}, silent: true });
child.once("message", () => process.send({ pid: child.pid }));
`,
    );
  });
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: "127.0.0.1", port });
    socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    socket.once("connect", () => socket.destroy());
  });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
