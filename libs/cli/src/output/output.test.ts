import { Writable } from "node:stream";
import { expect, test } from "@jest/globals";
import { createOutput } from "./output.js";

/** A reader that takes a chunk only when the test says so. */
function reader() {
  let taken = (_error?: Error | null) => {};
  const stream = new Writable({
    highWaterMark: 1,
    write(_chunk, _encoding, done) {
      taken = done;
    },
  });
  return { stream, take: (error?: Error) => taken(error) };
}

test("a write waits for the reader", async () => {
  const { stream, take } = reader();
  const output = createOutput(stream);
  let written = false;

  const writing = output.write("a line").then(() => {
    written = true;
  });
  await Promise.resolve();
  expect(written).toBe(false);

  take();
  await writing;
  expect(written).toBe(true);
});

test("a reader that leaves ends the waiting, and what comes later is dropped", async () => {
  const { stream, take } = reader();
  const output = createOutput(stream);

  const writing = output.write("a line");
  take(Object.assign(new Error("broken pipe"), { code: "EPIPE" }));
  await writing;

  expect(output.closed.aborted).toBe(true);
  await output.write("another");
});
