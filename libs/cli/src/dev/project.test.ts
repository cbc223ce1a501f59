import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { readProject } from "./project.js";

let root = "";
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "weft-project-"));
});
afterEach(() => rmSync(root, { recursive: true }));

function addService(folder: string, weft: unknown, { isBuilt = true } = {}): void {
  const path = join(root, folder);
  mkdirSync(join(path, "dist"), { recursive: true });
  writeFileSync(join(path, "package.json"), JSON.stringify({ name: folder, ...(weft !== undefined && { weft }) }));
  if (isBuilt) writeFileSync(join(path, "dist", "main.js"), "");
}

test("every folder of services with a weft entry is a service", () => {
  addService("services/gateway", { service: "gateway" });
  addService("services/orders", { service: "orders", nodes: 2 });
  addService("services/shared", undefined);

  expect(readProject(root, [])).toEqual({
    gateway: {
      service: "gateway",
      folder: join(root, "services/gateway"),
      nodes: 1,
      entry: join(root, "services/gateway/dist/main.js"),
    },
    services: [
      {
        service: "orders",
        folder: join(root, "services/orders"),
        nodes: 2,
        entry: join(root, "services/orders/dist/main.js"),
      },
    ],
  });
});

test("named folders take the place of services/*", () => {
  addService("services/orders", { service: "orders" });
  addService("door", { service: "gateway" });
  addService("mine", { service: "mine" });

  expect(readProject(root, ["door", "mine"]).services.map(({ service }) => service)).toEqual(["mine"]);
});

test("all problems are told at once", () => {
  addService("a", { service: "A!" });
  addService("b", { service: "b", nodes: 0 });
  addService("c", { service: "c" }, { isBuilt: false });

  expect(() => readProject(root, ["a", "b", "c", "d"])).toThrow(
    expect.objectContaining({
      problems: [
        'a is no service: its package.json needs "weft": { "service": NAME }',
        "b/package.json: weft.nodes must be a whole number from 1 to 16",
        "c is not built: c/dist/main.js is missing (npm run build)",
        'd is no service: its package.json needs "weft": { "service": NAME }',
      ],
    }),
  );
});

test("a project needs a gateway, and services", () => {
  expect(() => readProject(root, [])).toThrow(`no services in ${join(root, "services")}`);

  addService("services/orders", { service: "orders" });
  expect(() => readProject(root, [])).toThrow("no gateway");
});
