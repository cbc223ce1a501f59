import { expect, test } from "@jest/globals";
import { devEnvironment } from "./dev-environment.js";

const had = { meshAddress: "127.0.0.1:5000", publicAddress: "127.0.0.1:5001" };

test("the gateway has the fixed ports and the registry; the others find it there", () => {
  const environment = devEnvironment({ PATH: "/bin" }, {});

  expect(environment.gateway(undefined)).toMatchObject({
    PATH: "/bin",
    WEFT_LISTEN: "127.0.0.1:7400",
    WEFT_MESH_LISTEN: "127.0.0.1:7401",
    WEFT_DISCOVERY: "embedded",
    WEFT_ADMIN_ACTIONS: "*",
  });
  expect(environment.service(0, "127.0.0.1:7401", undefined)).toMatchObject({
    WEFT_LISTEN: "",
    WEFT_MESH_LISTEN: "",
    WEFT_DISCOVERY: "embedded:127.0.0.1:7401",
  });
});

test("where our own variables say to listen is for the gateway alone", () => {
  const own = { WEFT_LISTEN: "127.0.0.1:1", WEFT_ADVERTISE: "a:1", WEFT_WORKERS: "4", WEFT_ZONE: "z" };
  const environment = devEnvironment(own, {});

  expect(environment.gateway(undefined)).toMatchObject({ WEFT_LISTEN: "127.0.0.1:1", WEFT_ZONE: "z" });
  const service = environment.service(0, "r:1", undefined);
  expect(service).toMatchObject({ WEFT_LISTEN: "", WEFT_ZONE: "z" });
  expect(service).not.toHaveProperty("WEFT_ADVERTISE");
  for (const env of [service, environment.gateway(undefined)]) expect(env).not.toHaveProperty("WEFT_WORKERS");
});

test("only the first process of a service has its own public port", () => {
  expect(devEnvironment({}, {}).service(1, "r:1", undefined).WEFT_LISTEN).toBe("127.0.0.1:0");
});

test("a free port for the gateway means free ports for all", () => {
  const environment = devEnvironment({}, { listen: "127.0.0.1:0" });

  expect(environment.gateway(undefined).WEFT_MESH_LISTEN).toBe("127.0.0.1:0");
  expect(environment.service(0, "r:1", undefined).WEFT_LISTEN).toBe("127.0.0.1:0");
});

test("a process that starts again keeps its addresses", () => {
  const environment = devEnvironment({}, { listen: "127.0.0.1:0" });

  const kept = { WEFT_LISTEN: had.publicAddress, WEFT_MESH_LISTEN: had.meshAddress };
  expect(environment.gateway(had)).toMatchObject(kept);
  expect(environment.service(0, "r:1", had)).toMatchObject(kept);
});

test("with Consul everybody asks it", () => {
  const environment = devEnvironment({}, { consul: "127.0.0.1:8500" });

  expect(environment.gateway(undefined).WEFT_DISCOVERY).toBe("consul:127.0.0.1:8500");
  expect(environment.service(0, "r:1", undefined).WEFT_DISCOVERY).toBe("consul:127.0.0.1:8500");
});

test("what is no address is refused, all at once", () => {
  expect(() => devEnvironment({}, { listen: "7400", consul: "a:99999" })).toThrow(
    '--listen must be HOST:PORT, got "7400"; --consul must be HOST:PORT, got "a:99999"',
  );
});
