import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { defineService, fn } from "@weft/service";
import { type RunningMesh, runMesh } from "../../support/running-mesh.js";
import { weft } from "./weft.js";

const service = defineService({
  name: "svc",
  version: "1.0.0",
  functions: { ping: fn({ permission: "public", handler: () => "pong" }) },
});

let mesh: RunningMesh;
beforeAll(async () => {
  mesh = await runMesh([service]);
});
afterAll(() => mesh.close());

const ask = (...words: string[]) => weft(...words, "--gateway", mesh.address);
const here = "ip_address=127.0.0.1";

test("limits are set, seen at work, and reset", async () => {
  const { out: set } = await ask("limits", "set", "svc.ping", "ip_address=2/1h", "user_id=5/10s");
  expect(set).toBe("2 limits of svc.ping, until the gateway restarts\n");
  expect((await ask("limits", "get", "svc.ping")).out.split("\n")).toEqual([
    "KEY         MAX  WINDOW      USED  LEFT  LIMITER",
    "ip_address  2    3600000 ms  -     -     local",
    "user_id     5    10000 ms    -     -     local",
    "",
  ]);

  for (let call = 0; call < 2; call++) expect((await ask("call", "svc.ping")).out).toBe('"pong"\n');
  const { code, err } = await ask("call", "svc.ping");
  expect(code).toBe(1);
  expect(err).toMatch(/^error: Rate limit exceeded\. Please retry after \d+ seconds\.\n {2}reason: RATE_LIMITED /);
  expect(err).toContain("  ip_address: 2 calls in 3600000 ms for each ip_address (svc.ping)\n");
  const { out } = await ask("limits", "get", "svc.ping", here, "--json");
  expect(JSON.parse(out)).toMatchObject([{ scope: "svc.ping", currentRequests: 2, remaining: 0 }]);

  expect((await ask("limits", "reset", "svc.ping", here)).out).toBe(`${here} starts anew in svc.ping\n`);
  expect((await ask("call", "svc.ping")).code).toBe(0);
  expect((await ask("limits", "set", "svc.ping", "--none", "--json")).out).toBe("[]\n");
  expect((await ask("limits", "get", "svc.ping")).out).toBe("no limits\n");
});

test.each([
  [["set", "global"], "set takes limits such as user_id=100/10s, or --none"],
  [["set", "global", "user_id=5/1s", "--none"], "set takes limits such as"],
  [["set", "global", "user_id:5"], "a limit is KEY=MAX/WINDOW"],
  [["get", "global", "user_id"], "get takes one KEY=VALUE"],
  [["reset", "global"], "reset takes one KEY=VALUE"],
  [["reset", "global", "user_id=u", "--none"], "--none goes with set"],
  [["drop", "global"], "choices are get, set, reset"],
])("weft limits %j is wrong usage", async (words, text) => {
  const { code, err } = await ask("limits", ...words);

  expect(code).toBe(2);
  expect(err).toContain(text);
});

test("what the gateway refuses is told in full", async () => {
  const { code, err } = await ask("limits", "set", "everything", "user_id=0/1s", "--json");

  expect(code).toBe(1);
  const fields = JSON.parse(err).violations.map(({ field }: { field: string }) => field);
  expect(fields).toEqual(["scope", "limits[0].max_requests"]);
});
