import { expect, test } from "@jest/globals";
import { bytesOf, storeValue } from "./stored-value.js";

test.each([0, 1, 255, 4_095, 4_096, 100_000])("%i bytes come back as they were", (length) => {
  const bytes = Buffer.from(Array.from({ length }, (_, i) => i % 256));

  const value = storeValue("bytes", bytes, "image/png");

  expect(bytesOf(value).equals(bytes)).toBe(true);
  expect(value.contentType).toBe("image/png");
});

test.each([10, 5_000])("%i bytes are the store's own: what the caller does to his later does not matter", (length) => {
  const bytes = Buffer.alloc(length, 1);
  const value = storeValue("bytes", bytes);

  bytes.fill(2);

  expect(bytesOf(value).every((byte) => byte === 1)).toBe(true);
});

test("a value does not keep the memory of the message it came in", () => {
  const message = Buffer.alloc(1_000_000, 1);

  const { held } = storeValue("bytes", message.subarray(0, 5_000));

  expect((held as Buffer).buffer.byteLength).toBe(5_000);
});
