import { type ChildProcess, execFile, spawn } from "node:child_process";
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
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

/** The policies of a gateway as the numbered list names them, one line for several. */
const listedPolicies = [...readme.matchAll(/^\d+\. (`.*?):/gm)].flatMap(([, names = ""]) =>
  [...names.matchAll(/`([^`]+)`/g)].map(([, name]) => name),
);

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
  writeFileSync(join(scratch, "push-token"), "for-this-test-alone\n");
  copyFileSync(join(repositoryRoot, "test/readme/billing.json"), join(scratch, "billing.json"));
  mesh = spawn("npm", ["start", "--silent", "--", "--listen", "127.0.0.1:0", "--json"], {
    cwd: repositoryRoot,
    env: {
      ...process.env,
      WEFT_PUSH_TOKEN_FILE: join(scratch, "push-token"),
      WEFT_TRUSTED_PROXIES: "192.0.2.0/24", // nobody's, so that all policies are there
    },
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
});

afterAll(async () => {
  const exited = new Promise((resolve) => mesh.once("exit", resolve));
  process.kill(-(mesh.pid ?? 0), "SIGINT"); // the group, as a terminal's Ctrl-C
  await exited;
  rmSync(scratch, { recursive: true, force: true });
});

/** Runs a command as it stands in the README, against this mesh. */
async function runLine(line: string, cwd = repositoryRoot): Promise<string> {
  const command = line.replaceAll("127.0.0.1:7400", address).replaceAll(/\bnpx (?=weft|buf)/g, "");
  const env = {
    ...process.env,
    PATH: `${bin}${delimiter}${process.env.PATH}`,
    WEFT_GATEWAY: address,
    FORCE_COLOR: "0",
  };
  return (await run("sh", ["-c", command], { cwd, env, timeout: 120_000 })).stdout;
}

/** Runs a sample that calls the gateway. */
async function runCompiled(sample: string): Promise<string> {
  const compiled = readFileSync(join(repositoryRoot, "test/dist/readme", sample), "utf8");
  const code = compiled.replaceAll("127.0.0.1:7400", address);
  const { stdout } = await run(process.execPath, ["--input-type=module", "-e", code], {
    cwd: join(repositoryRoot, "test"),
    timeout: 60_000,
  });
  return stdout;
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

  test("weft plugins shows the policies of the gateway in the order of the list", async () => {
    const [gateway] = JSON.parse(await runLine(`${line("npx weft plugins")} --json`));
    const { plugins } = gateway.chains.find(({ name }: { name: string }) => name === "calls");
    const names = plugins.map(({ name }: { name: string }) => name);

    expect(names.filter((name: string) => name !== "calls" && name !== "base")).toEqual(listedPolicies);
  });

  test("weft describe, explain, call-flow and inspect tell of a function and of a call", async () => {
    expect(await runLine(line("npx weft describe"))).toMatch(/places\.find/);
    expect(await runLine(line("npx weft explain"))).toMatch(/authorize .*everybody[\s\S]*It would be sent\.\n$/);
    expect(await runLine(line("npx weft call-flow"))).toMatch(/resolve[\s\S]*dispatch[\s\S]*nodes: places-/);
    await runLine(line("npx weft call places.find"));
    expect(JSON.parse(await runLine(line("npx weft inspect")))).toMatchObject({ request_id: "r1", state: "OK" });
  });

  test("weft limits sets, shows and resets what an operator says", async () => {
    expect(await runLine(line("npx weft limits set"))).toMatch(/^1 limits of places\.find/);
    await runLine("npx weft call places.find id=2643743");
    expect(await runLine(line("npx weft limits get"))).toMatch(/ip_address +100 +10000 ms +1 +99/);
    await runLine(line("npx weft limits reset"));
    expect(await runLine(line("npx weft limits get"))).toMatch(/ +0 +100 +local\n/);
    await runLine("npx weft limits set places.find --none");
  });

  test("the cache keeps a value", async () => {
    await runLine(line("npx weft call cache.set"));
    expect(JSON.parse(await runLine(line("npx weft call cache.get")))).toMatchObject({ found: true, value: "hello" });
  });

  test("weft disable and enable switch a function off and on", async () => {
    await runLine(line("npx weft disable"));
    await expect(runLine("npx weft call places.search name=reykj")).rejects.toThrow("disabled function: search");
    await runLine(line("npx weft enable"));
    expect(await runLine("npx weft call places.search name=reykj")).toMatch(/Reykjav/);
  });

  test("weft reset-breaker, rejected and pull answer that all is well", async () => {
    expect(await runLine(line("npx weft reset-breaker"))).toMatch(/^0 |no breaker/);
    expect(await runLine(line("npx weft rejected"))).toBe("nothing was rejected\n");
    expect(await runLine(line("npx weft pull"))).toBe("unchanged\n");
  });

  test("weft push publishes a service, and verify finds it", async () => {
    await runLine(line("npx weft push"), scratch);
    expect(await runLine(line("npx weft verify"))).toMatch(/matched|1\.0\.0/);
    expect(await runLine("npx weft functions billing")).toMatch(/billing\.charge/);
  });

  test("the settings of a service are printed", async () => {
    expect(await runLine(line("node services/gateway"))).toContain("WEFT_LISTEN");
  });

  test("one area of the conformance cases runs alone", async () => {
    expect(await runLine(line("npm run conformance"))).toMatch(
      /P1 passed[\s\S]*\n\d+ passed, 0 failed, \d+ skipped\n$/,
    );
  }, 120_000);

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
  expect(await runCompiled("first-call.js")).toMatch(/Reykjav[\s\S]*\d+ cities in Iceland/);
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

/** Runs a sample service beside the mesh, for as long as `use` takes. */
async function besideMesh(sample: string, use: () => Promise<void>): Promise<void> {
  const service = spawn(process.execPath, [join(repositoryRoot, "test", "dist", "readme", sample)], {
    env: { ...process.env, WEFT_DISCOVERY: `embedded:${meshAddress}`, WEFT_LOG_LEVEL: "warn" },
    stdio: ["ignore", "inherit", "inherit"],
  });
  try {
    await use();
  } finally {
    service.kill("SIGTERM");
  }
}

/** What the first of 20 tries prints that goes well: a gateway learns of a service within a second of its start. */
async function onceThere(command: string): Promise<string> {
  for (let tries = 1; tries < 20; tries++) {
    const said = await runLine(command).catch(() => undefined);
    if (said !== undefined) return said;
  }
  return runLine(command);
}

test("the service of 20 lines joins the mesh and is called", async () => {
  await besideMesh("hello.js", async () => {
    const call = commands.find((command) => command.startsWith("npx weft call hello")) ?? "";

    expect(JSON.parse(await onceThere(call))).toEqual(["Hello, World!"]);
  });
});

test("an async call is accepted, and its outcome told to who asks", async () => {
  await besideMesh("reports.js", async () => {
    await onceThere("npx weft describe reports.count");
    const [call = "", ask = ""] = commands.filter((command) => command.includes("report-1"));

    expect(await runCompiled("read-report.js")).toMatch(/\{ country: 'IS', cities: \d+ \}/);
    expect(await runLine(call)).toBe("report-1\n");
    expect(JSON.parse(await runLine(ask))).toMatchObject({ country: "IS" });
  });
}, 120_000);

test("the service with policies has each of them applied", async () => {
  await besideMesh("tickets.js", async () => {
    await onceThere("npx weft describe tickets.buy");
    const flow = await runLine("npx weft call-flow tickets");
    for (const rule of ["up to 2 more attempts", 'hook "trimmed"', "10 calls in 60000 ms", "50 calls at once"])
      expect(flow).toContain(rule);

    expect(JSON.parse(await runLine("npx weft call tickets.venue id=2643743"))).toMatchObject({ name: "London" });
    const invalidate = commands.find((command) => command.startsWith("npx weft invalidate")) ?? "";
    expect(JSON.parse(await runLine(`${invalidate} --json`))).toEqual({ removed: 1 });

    expect((await runCompiled("buy.js")).match(/\{ seat: 'A1', name: 'Ann' \}/g)).toHaveLength(2);
    await expect(runLine("npx weft call tickets.buy seat=A1 name=Eve")).rejects.toThrow("seat A1 is sold");
  });
}, 120_000);
