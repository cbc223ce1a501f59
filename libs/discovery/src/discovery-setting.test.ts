import { expect, test } from "@jest/globals";
import { Code } from "@weft/core";
import { formatAddress, parseAddress } from "./address.js";
import { createBackend } from "./create-backend.js";
import { parseDiscovery } from "./discovery-setting.js";

test.each([
  ["embedded", { kind: "embedded" }],
  ["embedded:127.0.0.1:7401", { kind: "embedded", address: "127.0.0.1:7401" }],
  ["embedded:[::1]:7401", { kind: "embedded", address: "[::1]:7401" }],
  ["consul:consul.local:8500", { kind: "consul", host: "consul.local", port: 8500 }],
  ["consul:[::1]:8500", { kind: "consul", host: "::1", port: 8500 }],
])("%s is understood", (text, setting) => {
  expect(parseDiscovery(text)).toEqual(setting);
});

test.each(["", "dns:places:7401", "consul", "consul:127.0.0.1", "embedded:", "embedded:1.2.3.4:99999", "Consul:a:1"])(
  "%j is refused, naming the accepted forms",
  (text) => {
    expect(() => parseDiscovery(text)).toThrow(
      expect.objectContaining({
        code: Code.InvalidArgument,
        message: `discovery must be "embedded", "embedded:HOST:PORT" or "consul:HOST:PORT", got "${text}"`,
      }),
    );
  },
);

test.each(["127.0.0.1:1", "[fe80::1]:65535", "node-1.example:80"])("the address %s survives both ways", (text) => {
  const address = parseAddress(text);

  expect(address && formatAddress(address)).toBe(text);
});

test("only a registry of this process is there to be served", () => {
  expect(createBackend(parseDiscovery("embedded")).registry).toBeDefined();
  for (const text of ["embedded:127.0.0.1:7401", "consul:127.0.0.1:8500"]) {
    const { backend, registry } = createBackend(parseDiscovery(text));
    expect(registry).toBeUndefined();
    backend.close();
  }
});
