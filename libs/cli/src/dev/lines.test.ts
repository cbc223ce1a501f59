import { Readable } from "node:stream";
import { expect, test } from "@jest/globals";
import { linesOf } from "./lines.js";

async function lines(...chunks: (string | Buffer)[]): Promise<string[]> {
  const all: string[] = [];
  for await (const line of linesOf(Readable.from(chunks, { objectMode: false }))) all.push(line);
  return all;
}

test("lines are put together from chunks, even within a character", async () => {
  const [first, second] = [Buffer.from("ü").subarray(0, 1), Buffer.from("ü").subarray(1)];

  expect(await lines("a", "b\nc\n\nd", first, second)).toEqual(["ab", "c", "", "dü"]);
});

test("a line without an end is given in pieces", async () => {
  expect((await lines("x".repeat(70_000), "y\n")).map((line) => line.length)).toEqual([70_000, 1]);
});
