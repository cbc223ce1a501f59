import { createServer } from "node:net";
import { afterEach, expect, test } from "@jest/globals";
import { type DevMesh, startDevMesh } from "../../demo/dev-mesh.js";
import { until } from "../../support/within.js";
import { makeProject } from "./project.js";
import { startWeft, weft } from "./weft.js";

let mesh: DevMesh | undefined;
afterEach(async () => {
  await mesh?.end();
  mesh = undefined;
});

const slowService = `
  import { defineService, fn, runProcess, serviceSettings, startService } from "@weft/service";
  const wait = fn({ permission: "public", timeoutMs: 60_000, handler: () => new Promise(() => {}) });
  const slow = defineService({ name: "slow", version: "1.0.0", functions: { wait } });
  const start = (settings, logger) => startService(slow, { settings, logger });
  await runProcess({ service: "slow", settings: serviceSettings, start, process });
`;

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

test("every service of the project runs, its functions listed, and Ctrl-C ends all of them", async () => {
  mesh = await startDevMesh();
  const { processes, functions } = mesh;
  expect(processes.map(({ name }) => name)).toEqual(["gateway", "cache", "places-1", "places-2"]);
  expect(functions).toEqual(expect.arrayContaining(["cache.get", "places.find"]));

  mesh.signal("SIGINT");

  expect(await mesh.exited).toBe(0);
  expect(processes.filter(({ pid }) => isAlive(pid))).toEqual([]);
});

test("a second Ctrl-C ends it at once, whatever is under way, and leaves nothing behind", async () => {
  const project = makeProject("slow", slowService);
  mesh = await startDevMesh({ cwd: project.path });
  const { gateway, processes } = mesh;
  const call = startWeft(["call", "slow.wait", "--gateway", gateway]);
  await until(
    async () => JSON.parse((await weft("nodes", "slow", "--json", "--gateway", gateway)).out)[0].inFlight === 1,
    "a call under way",
  );

  mesh.signal("SIGINT");
  await new Promise((resolve) => setTimeout(resolve, 300)); // a second one that comes sooner counts as npm's echo
  mesh.signal("SIGINT");

  expect(await mesh.exited).toBe(1);
  await until(() => processes.every(({ pid }) => !isAlive(pid)), "the end of its processes");
  expect((await call.ended).code).toBe(1);
  project.remove();
});

test("when weft dev itself is killed, its processes end by themselves", async () => {
  mesh = await startDevMesh();

  mesh.signal("SIGKILL");

  expect(await mesh.exited).toBe(null);
  await until(() => mesh?.processes.every(({ pid }) => !isAlive(pid)) ?? true, "the end of its processes");
});

test("a process that dies is started again, and found again", async () => {
  mesh = await startDevMesh({ words: ["services/gateway", "services/cache"] });
  const { gateway, processes } = mesh;
  const cache = processes.find(({ name }) => name === "cache");
  const nodes = async () => {
    const { out } = await weft("nodes", "cache", "--json", "--gateway", gateway);
    return JSON.parse(out) as { address: string; id: string }[];
  };
  const before = (await nodes()).map(({ id }) => id);

  process.kill(cache?.pid as number, "SIGKILL");

  await until(async () => {
    const now = await nodes();
    return now.length === 1 && !before.includes(now[0]?.id ?? "");
  }, "the cache in the place of the dead one");
  expect((await nodes()).map(({ address }) => address)).toEqual([cache?.meshAddress]);
  expect(await mesh.end()).toBe(0);
});

test("a port in use ends it with what to do", async () => {
  const taken = createServer();
  const port = await new Promise<number>((resolve) => {
    taken.listen(0, "127.0.0.1", () => resolve((taken.address() as { port: number }).port));
  });

  const { code, err } = await weft("dev", "--listen", `127.0.0.1:${port}`, "--mesh-listen", "127.0.0.1:0");
  taken.close();

  expect(code).toBe(2);
  expect(err).toContain(`WEFT_LISTEN: cannot listen on 127.0.0.1:${port} (the port is in use`);
  expect(err).toContain("--listen 127.0.0.1:0 takes free ports");
});

test("a folder without services, or a wrong address, is a matter of usage", async () => {
  const wrongFolder = await startWeft(["dev"], { cwd: "/" }).ended;
  expect([wrongFolder.code, wrongFolder.out]).toEqual([2, ""]);
  expect(wrongFolder.err).toMatch(/^error: no services in /);

  const wrongAddress = await weft("dev", "--listen", "7400", "--json");
  expect(wrongAddress.code).toBe(2);
  expect(JSON.parse(wrongAddress.err)).toMatchObject({ reason: "USAGE", message: expect.stringContaining("--listen") });
});
