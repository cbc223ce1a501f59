import { expect, test } from "@jest/globals";
import { ConfigError, readConfig, settingRows } from "@weft/core";
import { publicListen, serviceSettings } from "./settings.js";

const read = (env: Record<string, string> = {}) => readConfig(serviceSettings, { env });

test("the defaults are the documented ones", () => {
  expect(read()).toMatchObject({
    meshListen: "127.0.0.1:0",
    discovery: "embedded:127.0.0.1:7401",
    maxRequestBytes: 1_000_000,
    maxResponseBytes: 1_000_000,
    maxStreamsPerConnection: 1_000,
    maxStreams: 10_000,
    links: 2,
    workers: 1,
    drainTimeoutMs: 20_000,
    logLevel: "info",
  });
  expect(read().meshTokenFile).toBeUndefined();
  expect(read().drainDelayMs).toBeUndefined(); // follows from the discovery
});

test("every setting has a variable of its own and says what it is for", () => {
  const rows = settingRows(serviceSettings);

  for (const { env, description } of rows) {
    expect(env).toMatch(/^(WEFT|CONSUL)_[A-Z_]+$/);
    expect(description).toMatch(/\.$/);
  }
  expect(new Set(rows.map(({ env }) => env)).size).toBe(rows.length);
});

test.each(["127.0.0.1:0", "[::1]:7400", "localhost:65535", "weft.example.org:80"])("%s is an address", (address) => {
  expect(read({ WEFT_MESH_LISTEN: address }).meshListen).toBe(address);
});

test.each([
  "7400",
  "localhost",
  "localhost:",
  ":7400",
  "::1:7400",
  "localhost:65536",
  "localhost:99999",
  "a b:1",
  "h:-1",
])("%j is none", (address) => {
  expect(() => read({ WEFT_MESH_LISTEN: address })).toThrow(/WEFT_MESH_LISTEN: must be HOST:PORT/);
});

test("limits and discovery are checked, all problems at once", () => {
  const wrong = {
    WEFT_DISCOVERY: "carrier-pigeon",
    WEFT_MAX_REQUEST_BYTES: "999",
    WEFT_MAX_STREAMS: "0",
    WEFT_DRAIN_DELAY_MS: "60001",
    WEFT_LOG_LEVEL: "loud",
    WEFT_MESH_TOKEN_FILE: "/nowhere/token",
    WEFT_ADVERTISE: "node.example.org:0",
    WEFT_LINKS: "-1",
    WEFT_WORKERS: "0",
  };

  let problems: readonly string[] = [];
  try {
    read(wrong);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    problems = error.problems;
  }

  expect(problems.map((problem) => problem.split(":")[0]).sort()).toEqual(Object.keys(wrong).sort());
});

test("a public port is a setting like any other", () => {
  const settings = readConfig(serviceSettings.extend({ listen: publicListen(7410) }), {
    env: { WEFT_LISTEN: "[::]:1" },
  });

  expect(settings.listen).toBe("[::]:1");
  expect(publicListen(7410).parse(undefined)).toBe("127.0.0.1:7410");
});
