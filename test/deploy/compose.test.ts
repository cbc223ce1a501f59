import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { parse } from "yaml";
import { repositoryRoot } from "../support/repository.js";
import { settingsOf } from "./settings.js";

interface ComposeService {
  readonly build?: {
    readonly context: string;
    readonly dockerfile: string;
    readonly args: { readonly SERVICE: string };
  };
  readonly environment?: Readonly<Record<string, string>>;
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly healthcheck?: object;
  readonly ports?: readonly string[];
  readonly stop_grace_period?: string;
}

const deploy = join(repositoryRoot, "deploy");
const dockerfile = readFileSync(join(deploy, "Dockerfile"), "utf8");
const compose = parse(readFileSync(join(deploy, "compose.yaml"), "utf8"), { merge: true }) as {
  services: Record<string, ComposeService>;
};
const ours = Object.entries(compose.services).filter(([, service]) => service.build !== undefined);

test("compose starts a gateway, a cache and two nodes of the example, after Consul", () => {
  expect(ours.map(([name, { build }]) => `${name}: ${build?.args.SERVICE}`)).toEqual([
    "gateway: gateway",
    "cache: cache",
    "places-1: places",
    "places-2: places",
  ]);
  for (const [, service] of ours) expect(service.depends_on).toEqual({ consul: { condition: "service_healthy" } });
  expect(compose.services.consul?.healthcheck).toBeDefined();
});

test.each(ours)("compose: %s gets settings that it has, advertises itself and may drain", (name, service) => {
  const { build, environment = {}, stop_grace_period: grace } = service;

  expect(settingsOf(build?.args.SERVICE ?? "")).toEqual(expect.arrayContaining(Object.keys(environment)));
  expect(environment.WEFT_ADVERTISE).toBe(`${name}:7401`);
  expect(environment.WEFT_MESH_LISTEN).toBe("0.0.0.0:7401");
  expect(grace).toBe("30s"); // default lame duck 3 s, drain limit 20 s
  for (const port of service.ports ?? []) expect(port).toMatch(/^127\.0\.0\.1:/);
  expect(existsSync(join(deploy, build?.context ?? "", build?.dockerfile ?? ""))).toBe(true);
});

test("who lets services push names one more file, and the token comes from a secret", () => {
  const push = parse(readFileSync(join(deploy, "compose.push.yaml"), "utf8"));

  const { environment, secrets } = push.services.gateway;
  expect(settingsOf("gateway")).toEqual(expect.arrayContaining(Object.keys(environment)));
  expect(environment).toEqual({ WEFT_PUSH_TOKEN_FILE: `/run/secrets/${secrets[0]}` });
  expect(Object.keys(push.secrets)).toEqual(secrets);
  expect(compose.services).toHaveProperty(Object.keys(push.services));
});

test("no token or secret stands in a variable", () => {
  const names = ours.flatMap(([, { environment = {} }]) => Object.keys(environment));

  expect(names.filter((name) => /TOKEN|SECRET/.test(name) && !name.endsWith("_FILE"))).toEqual([]);
});

test("the image runs node itself, not as root, and is probed where compose listens", () => {
  const stage = dockerfile.slice(dockerfile.lastIndexOf("\nFROM "));

  expect(stage).toMatch(/^USER 1000$/m);
  expect(stage).toMatch(/^CMD \["node", "service\/dist\/main\.js"\]$/m);
  expect(stage).toMatch(/^HEALTHCHECK .*"health-check\.mjs", "127\.0\.0\.1:7401"\]$/m);
});
