import { expect, test } from "@jest/globals";
import { type IsoTime, instantOf, localText, parseIso } from "./iso-time.js";
import { isUuid } from "./uuid.js";

test.each([
  "550e8400-e29b-41d4-a716-446655440000",
  "550E8400-E29B-41D4-A716-446655440000",
  "550e8400e29b41d4a716446655440000",
  "urn:uuid:550e8400-e29b-41d4-a716-446655440000",
  "URN:UUID:550E8400-E29B-41D4-A716-446655440000",
  "VQ6EAOKbQdSnFkRmVUQAAA",
  "00000000-0000-0000-0000-000000000000",
  "00000000000000000000000000000000",
  "AAAAAAAAAAAAAAAAAAAAAA",
  "017f22e2-79b0-7cc3-98c4-dc0c0c07398f",
])("a UUID: %s", (text) => {
  expect(isUuid(text)).toBe(true);
});

test.each<unknown>([
  "ffffffff-ffff-ffff-ffff-ffffffffffff",
  "/".repeat(22),
  "_____________________w",
  "{550e8400-e29b-41d4-a716-446655440000}",
  "550e8400-e29b-91d4-a716-446655440000",
  " 550e8400-e29b-41d4-a716-446655440000",
  "550e8400-e29b-41d4-a716-44665544000",
  "550e8400-e29b-41d4-a716-446655440000\n",
  "sixteen letters!",
  "",
  "a".repeat(100_000),
  123,
])("no UUID: %p", (text) => {
  expect(isUuid(text)).toBe(false);
});

test.each([
  ["2024-01-15T10:30:00+07:00", "2024-01-15T03:30:00.000Z"],
  ["2024-01-15 10:30:00Z", "2024-01-15T10:30:00.000Z"],
  ["2024-01-15T10:30:00+00:00", "2024-01-15T10:30:00.000Z"],
  ["2024-02-29T23:59:59.5-0130", "2024-03-01T01:29:59.500Z"],
  ["2024-01-15T10:30:00,123456789+14", "2024-01-14T20:30:00.123Z"],
  ["2024-01-15T10:30:00.1234567890Z", "2024-01-15T10:30:00.123Z"],
  ["0024-01-15T10:30:00Z", "0024-01-15T10:30:00.000Z"],
])("a moment: %s", (text, instant) => {
  expect(instantOf(parseIso(text) as IsoTime).toISOString()).toBe(instant);
});

test.each([
  ["2023-02-29T10:30:00Z", "invalid_date"],
  ["1900-02-29T10:30:00Z", "invalid_date"],
  ["2024-13-01T10:30:00Z", "invalid_date"],
  ["2024-00-01T10:30:00Z", "invalid_date"],
  ["2024-04-31T10:30:00Z", "invalid_date"],
  ["2024-01-15T24:00:00Z", "invalid_time"],
  ["2024-01-15T10:60:00Z", "invalid_time"],
  ["2024-01-15T10:30:60Z", "invalid_time"],
  ["2024-01-15T10:30:00+24:00", "invalid_format"],
  ["2024-01-15", "invalid_format"],
  ["2024-01-15T10:30Z", "invalid_format"],
  ["2024-01-15T10:30:00Z\n", "invalid_format"],
  ["1".repeat(100_000), "invalid_format"],
])("no moment: %s", (text, fault) => {
  expect(parseIso(text)).toBe(fault);
});

test("a local time has one spelling", () => {
  expect(["2024-01-15 10:30:00Z", "2024-01-15T10:30:00,5"].map(localText)).toEqual([
    "2024-01-15T10:30:00",
    "2024-01-15T10:30:00.5",
  ]);
});
