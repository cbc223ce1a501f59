import { expect, test } from "@jest/globals";
import { peerAddress } from "./peer-address.js";

test.each([
  ["10.0.0.1:5000", "10.0.0.1"],
  ["::1:5000", "::1"],
  ["[::1]:5000", "::1"],
  ["::ffff:10.0.0.1:5000", "10.0.0.1"],
  ["2001:db8::7:5000", "2001:db8::7"],
  ["unknown", "unknown"],
])("%s is at %s", (peer, expected) => {
  expect(peerAddress(peer)).toBe(expected);
});
