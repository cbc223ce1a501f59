import { type ChildProcess, execFile, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { findPython } from "../support/python.js";
import { repositoryRoot } from "../support/repository.js";
import { testIf } from "../support/skip.js";

const run = promisify(execFile);
const readme = readFileSync(join(repositoryRoot, "README.md"), "utf8");
const bin = join(repositoryRoot, "node_modules", ".bin");

/** Blocks of shell commands, a line each. */
const commands = [...readme.matchAll(/^```sh\n(.*?)^```/gms)].flatMap(([, block = ""]) => block.trim().split("\n"));

/** Blocks that are files of this folder: `<!-- path -->` above the fence. */
const samples = [...readme.matchAll(/^<!-- (\S+) -->\n```\w+\n(.*?)^```/gms)];

const python = await findPython();
const hasGrpcurl = await run("grpcurl", ["-version"]).then(
  () => true,
  () => false,
);

let mesh: ChildProcess;
let address: string;
let meshAddress: string;
let scratch: string;

// The README's first command, at free ports; `npm ci` is what whoever runs this test has done.
beforeAll(async () => {
  scratch = mkdtempSync(join(tmpdir(), "weft-readme-"));
  mesh = spawn("npm", ["start", "--silent", "--", "--listen", "127.0.0.1:0", "--json"], {
    cwd: repositoryRoot,
    stdio: ["ignore", "pipe", "inherit"],
    detached: true,
  });
  const lines = createInterface({ input: mesh.stdout as NodeJS.ReadableStream });
  for await (const line of lines) {
    const message = line.startsWith("{") ? JSON.parse(line) : {};
    if (message.type !== "ready") continue;
    address = message.gateway;
    meshAddress = message.processes[0].meshAddress;
    break;
  }
  mesh.stdout?.resume();
  expect(address).toMatch(/^127\.0\.0\.1:\d+$/);
}, 60_000);

afterAll(async () => {
  const exited = new Promise((resolve) => mesh.once("exit", resolve));
  process.kill(-(mesh.pid ?? 0), "SIGINT"); // the group, as a terminal's Ctrl-C
  await exited;
  rmSync(scratch, { recursive: true, force: true });
}, 60_000);

/** Runs a command as it stands in the README, against this mesh. */
async function runLine(line: string, cwd = repositoryRoot): Promise<string> {
  const command = line.replaceAll("127.0.0.1:7400", address).replaceAll(/\bnpx (?=weft|buf)/g, "");
  const env = {
    ...process.env,
    PATH: `${bin}${delimiter}${process.env.PATH}`,
    WEFT_GATEWAY: address,
    FORCE_COLOR: "0",
  };
  return (await run("sh", ["-c", command], { cwd, env, timeout: 60_000 })).stdout;
}

test.each(samples.map(([, file = "", code = ""]) => [file, code]))("the sample %s is the file", (file, code) => {
  expect(readFileSync(join(repositoryRoot, file), "utf8")).toBe(code);
});

describe("a command of the README", () => {
  const line = (start: string) => {
    const found = commands.find((command) => command.startsWith(start));
    if (found === undefined) throw new Error(`README.md has no command that starts with ${start}`);
    return found;
  };

  test("buf curl finds London by reflection alone", async () => {
    expect(JSON.parse(await runLine(line("npx buf curl"))).result).toMatchObject({ name: "London", country: "GB" });
  });

  testIf(hasGrpcurl, "grpcurl is not on PATH")("grpcurl finds London by reflection alone", async () => {
    expect(JSON.parse(await runLine(line("grpcurl"))).result).toMatchObject({ name: "London" });
  });

  test("weft functions lists the functions", async () => {
    expect(await runLine(line("npx weft functions"))).toMatch(/places\.find .*One place by its GeoNames id/);
  });

  test("weft call calls one", async () => {
    expect(JSON.parse(await runLine(line("npx weft call places.nearby")))).toHaveLength(3);
  });

  test("weft stream prints an item a line", async () => {
    const items = (await runLine(line("npx weft stream"))).trim().split("\n");

    expect(items.map((item) => JSON.parse(item).country)).toEqual(["IS", "IS", "IS", "IS", "IS"]);
  });

  test("weft nodes lists the nodes", async () => {
    const nodes = JSON.parse(await runLine(line("npx weft nodes")));

    expect(nodes.filter(({ service }: { service: string }) => service === "places")).toHaveLength(2);
  });

  test("weft plugins shows the policies of the gateway in their order", async () => {
    expect(await runLine(line("npx weft plugins"))).toMatch(/resolve[\s\S]*authorize[\s\S]*validate[\s\S]*dispatch/);
  });

  test("the settings of a service are printed", async () => {
    expect(await runLine(line("node services/gateway"))).toContain("WEFT_LISTEN");
  });

  test("one area of the conformance cases runs alone", async () => {
    expect(await runLine(line("npm run conformance"))).toMatch(
      /F1 passed[\s\S]*\n\d+ passed, 0 failed, \d+ skipped\n$/,
    );
  });

  test.each(["npm ci", "npm run check", "npm test", "npm run demo"])("%s is what CI runs", (command) => {
    expect(commands.join("\n")).toContain(command);
    expect(readFileSync(join(repositoryRoot, ".ci", "run"), "utf8")).toContain(command);
  });

  test("there is no other", () => {
    const tested = /^(npm (ci|run)|grpcurl|npx (buf|weft)|python3 -m|node (hello|services\/gateway))/;

    expect(commands.filter((command) => !tested.test(command))).toEqual([]);
  });
});

test("the first call from TypeScript", async () => {
  const compiled = readFileSync(join(repositoryRoot, "test/dist/readme/first-call.js"), "utf8");
  const code = compiled.replaceAll("127.0.0.1:7400", address);

  const { stdout } = await run(process.execPath, ["--input-type=module", "-e", code], {
    cwd: join(repositoryRoot, "test"),
    timeout: 60_000,
  });

  expect(stdout).toMatch(/Reykjav[\s\S]*\d+ cities in Iceland/);
});

const pythonReason = "reason" in python ? python.reason : "";
testIf("python" in python, pythonReason)(
  "the first call from Python",
  async () => {
    const interpreter = "python" in python ? python.python : "";
    const protoc = commands.find((command) => command.includes("grpc_tools.protoc")) ?? "";
    const sources = readFileSync(join(repositoryRoot, "test/readme/first_call.py"), "utf8");
    const inScratch = protoc
      .replace("python3", interpreter)
      .replace("-Iproto", `-I${join(repositoryRoot, "proto")}`)
      .replaceAll(/ proto\//g, ` ${join(repositoryRoot, "proto")}/`);

    await runLine(inScratch, scratch);
    const { stdout } = await run(interpreter, ["-c", sources.replaceAll("127.0.0.1:7400", address)], {
      cwd: scratch,
      env: { ...process.env, PYTHONPATH: scratch },
    });

    expect(stdout).toMatch(/Reykjav[\s\S]*\d+ cities in Iceland/);
  },
  180_000,
);

test("the service of 20 lines joins the mesh and is called", async () => {
  const hello = spawn(process.execPath, [join(repositoryRoot, "test", "dist", "readme", "hello.js")], {
    env: { ...process.env, WEFT_DISCOVERY: `embedded:${meshAddress}`, WEFT_LOG_LEVEL: "warn" },
    stdio: ["ignore", "inherit", "inherit"],
  });
  try {
    const call = commands.find((command) => command.startsWith("npx weft call hello")) ?? "";
    let said: string | undefined;
    for (let tries = 0; said === undefined && tries < 20; tries++) said = await runLine(call).catch(() => undefined);

    expect(JSON.parse(said ?? "null")).toEqual(["Hello, World!"]);
  } finally {
    hello.kill("SIGTERM");
  }
});
