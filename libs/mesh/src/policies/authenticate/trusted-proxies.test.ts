import { expect, test } from "@jest/globals";
import { clientAddress, parseNetwork, trustedProxies } from "./trusted-proxies.js";

test.each([
  ["10.0.0.0/8", { address: "10.0.0.0", prefix: 8, family: "ipv4" }],
  ["10.1.2.3", { address: "10.1.2.3", prefix: 32, family: "ipv4" }],
  ["fd00::/8", { address: "fd00::", prefix: 8, family: "ipv6" }],
  ["::1", { address: "::1", prefix: 128, family: "ipv6" }],
] as const)("%s is a network", (cidr, expected) => {
  expect(parseNetwork(cidr)).toEqual(expected);
});

test.each([
  "",
  "*",
  "localhost",
  "10.0.0.0/33",
  "::/129",
  "10.0.0/8",
  "0.0.0.0/0",
  "::/0",
  "10.0.0.0/-1",
  "10.0.0.0/8 ",
])("%j is none, or all the world", (cidr) => {
  expect(parseNetwork(cidr)).toBeUndefined();
});

const proxies = trustedProxies(["10.0.0.0/8", "fd00::/8"]);

test.each([
  ["10.255.0.1", true],
  ["11.0.0.1", false],
  ["fd12::1", true],
  ["fe80::1", false],
  ["::ffff:10.0.0.1", true],
  ["unknown", false],
  ["", false],
])("%s is a trusted proxy: %s", (address, expected) => {
  expect(proxies.includes(address)).toBe(expected);
});

test.each([
  ["one client", "203.0.113.9", "203.0.113.9"],
  ["what the client says before that", "127.0.0.1, 10.0.0.9, 203.0.113.9", "203.0.113.9"],
  ["further proxies of ours", "203.0.113.9, 10.0.0.2,10.0.0.3", "203.0.113.9"],
  ["nobody but proxies of ours", "10.0.0.3, 10.0.0.2", "10.0.0.3"],
  ["with ports", "203.0.113.9:5000", "203.0.113.9"],
  ["IPv4 as IPv6", "::ffff:203.0.113.9, ::ffff:10.0.0.2", "203.0.113.9"],
  ["IPv6", "2001:db8::7, fd00::2", "2001:db8::7"],
  ["IPv6 with a port", "[2001:db8::7]:5000", "2001:db8::7"],
  ["something that is no address", "203.0.113.9, unknown", "10.0.0.1"],
  ["something that is no address, behind a proxy", "203.0.113.9, _hidden, 10.0.0.2", "10.0.0.2"],
  ["empty parts", "203.0.113.9, ,", "10.0.0.1"],
])("x-forwarded-for: %s", (_name, forwardedFor, expected) => {
  expect(clientAddress(forwardedFor, "10.0.0.1", proxies)).toBe(expected);
});
