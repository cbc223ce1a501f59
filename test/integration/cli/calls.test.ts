import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { parse } from "yaml";
import { type DevMesh, startDevMesh } from "../../demo/dev-mesh.js";
import { london } from "../../support/london.js";
import { startWeft, weft } from "./weft.js";

let mesh: DevMesh;
beforeAll(async () => {
  mesh = await startDevMesh();
});
afterAll(async () => {
  await mesh?.end();
});

const ask = (...words: string[]) => weft(...words, "--gateway", mesh.gateway);

describe("weft call", () => {
  test("prints the result, the arguments typed as the function declares them", async () => {
    const { code, out, err } = await ask("call", "places.find", "id=2643743");

    expect([code, err]).toEqual([0, ""]);
    expect(out).toBe(`${JSON.stringify(london, null, 2)}\n`);
  });

  test("prints one line with --json", async () => {
    const args = ["--args", '{"lat":51.5}', "lon=-0.12", "radius_km=5", "limit:=1"];
    const { code, out } = await ask("call", "places.nearby", ...args, "--json");

    expect(code).toBe(0);
    expect(out.trimEnd()).not.toContain("\n");
    expect(JSON.parse(out)).toHaveLength(1);
  });

  test("tells every violation, with the request id, and exits with 1", async () => {
    const { code, out, err } = await ask(
      "call",
      "places.nearby",
      "lat:=null",
      "colour=blue",
      "--request-id",
      "my-call",
      "--json",
    );

    expect([code, out]).toEqual([1, ""]);
    const { reason, requestId, violations } = JSON.parse(err);
    expect([reason, requestId]).toEqual(["INVALID_ARGUMENT", "my-call"]);
    const fields = violations.map(({ field }: { field: string }) => field).sort();
    expect(fields).toEqual(["args.colour", "args.lat", "args.lon", "args.radius_km"]);
  });

  test.each([
    [["call"], "missing required argument 'function'"],
    [["call", "places"], "It must be SERVICE.FUNCTION"],
    [["call", "places.find", "2643743"], '"2643743" is no argument'],
    [["call", "places.find", "--args", "{"], "--args must be a JSON object"],
    [["call", "places.nearby", "lat=north"], 'lat takes a number (num), got "north"'],
    [["call", "places.find", "--timeout", "soon"], "It must be a whole number"],
    [["call", "places.find", "--color"], "unknown option '--color'"],
    [["cal"], "unknown command 'cal'"],
  ])("wrong usage exits with 2: %j", async (words, message) => {
    const { code, out, err } = words.length === 1 ? await weft(...words) : await ask(...words);

    expect([code, out]).toEqual([2, ""]);
    expect(err).toContain(message);
  });

  test("nobody at the address exits with 1 and says what to do", async () => {
    const { code, err } = await weft("call", "places.find", "id=1", "--gateway", "127.0.0.1:1");

    expect(code).toBe(1);
    expect(err).toContain("error: no gateway answers at 127.0.0.1:1\n");
    expect(err).toContain('is "weft dev" running?');
  });
});

describe("weft stream", () => {
  test("prints one item a line", async () => {
    const { code, out } = await ask("stream", "places.export", "country=MT", "--limit", "3");

    expect(code).toBe(0);
    const items = out.trimEnd().split("\n");
    expect(items.map((item) => JSON.parse(item).country)).toEqual(["MT", "MT", "MT"]);
  });

  test("ends quietly when its reader has enough", async () => {
    const { child, ended } = startWeft(["stream", "places.export", "country:=null", "--gateway", mesh.gateway]);
    child.stdout?.once("data", () => child.stdout?.destroy());

    const { code, err } = await ended;

    expect([code, err]).toEqual([0, ""]);
  });

  test("ends quietly when it is interrupted", async () => {
    const { child, ended } = startWeft(["stream", "places.export", "country:=null", "--gateway", mesh.gateway]);
    child.stdout?.once("data", () => child.kill("SIGINT"));

    const { code, err } = await ended;

    expect([code, err]).toEqual([0, ""]);
  });

  test("tells an error like a call does", async () => {
    const { code, err } = await ask("stream", "places.export", "country=ZZ", "--json");

    expect(code).toBe(1);
    expect(JSON.parse(err)).toMatchObject({ code: "NOT_FOUND", reason: "COUNTRY_NOT_FOUND" });
  });
});

describe("what there is", () => {
  test("weft functions", async () => {
    const table = await ask("functions", "places");
    expect(table.out).toMatch(/^FUNCTION +VERSION +MODE +NODES +SUMMARY\nplaces\.export +- +stream +2 /);

    const { out } = await ask("functions", "--json");
    expect(JSON.parse(out)).toContainEqual(
      expect.objectContaining({ service: "places", function: "find", mode: "sync", nodes: 2 }),
    );
  });

  test("weft nodes", async () => {
    const table = await ask("nodes", "places");
    expect(table.out.trimEnd().split("\n")).toHaveLength(3);

    const { out } = await ask("nodes", "--json");
    const services = JSON.parse(out).map(({ service, state }: { service: string; state: string }) => [service, state]);
    expect(services.sort()).toEqual([
      ["cache", "ready"],
      ["gateway", "ready"],
      ["places", "ready"],
      ["places", "ready"],
    ]);
  });

  test("weft describe", async () => {
    const text = await ask("describe", "places.nearby");
    expect(text.out).toMatch(/\nlimit +num +default 10 +The most places/);
    const find = await ask("describe", "places.find");
    expect(find.out).toMatch(/\npermission +public\ntime limit +2000 ms\nselect +{"hash":"id"}\nidempotent +yes\n/);

    const { out } = await ask("describe", "places.nearby", "--json");
    expect(JSON.parse(out)).toMatchObject({
      service: "places",
      function: "nearby",
      timeoutMs: 2_000,
      permission: "public",
      argsSchema: { required: ["lat", "lon", "radius_km"] },
      example: { args: { lat: "", limit: 10 } },
    });

    const { out: yaml } = await ask("describe", "places.find", "--manifest");
    expect(parse(yaml)).toMatchObject({ name: "places.find", type: "sync", with: { select: { hash: "id" } } });

    const unknown = await ask("describe", "places.none", "--json");
    expect(unknown.code).toBe(1);
    expect(JSON.parse(unknown.err)).toMatchObject({ code: "NOT_FOUND", reason: "FUNCTION_NOT_FOUND" });
  });

  test("reset-breaker closes open breakers, and says how many there were", async () => {
    const some = await ask("reset-breaker", "--service", "places", "--function", "find");
    expect([some.code, some.out]).toEqual([0, "0 open breakers closed\n"]);

    const { out } = await ask("reset-breaker", "--json");
    expect(JSON.parse(out)).toEqual({ reset: 0 });
  });

  test("--help explains each command, and the exit codes", async () => {
    for (const words of [[], ["dev"], ["call"], ["stream"], ["functions"], ["nodes"], ["describe"]]) {
      const { code, out } = await weft(...words, "--help");
      expect(code).toBe(0);
      expect(out).toContain("Exit codes: 0 it worked; 1 the call, or a service, failed; 2 wrong usage");
    }
  });
});
