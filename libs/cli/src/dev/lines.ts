import type { Readable } from "node:stream";

// A line beyond this is printed in pieces, so that a process without line breaks cannot fill the memory.
const maxLineLength = 65_536;

/** The lines of a stream, the last one even if nothing ends it. Ends with the stream, however that ends. */
export async function* linesOf(stream: Readable): AsyncGenerator<string> {
  let rest = "";
  try {
    for await (const chunk of stream.setEncoding("utf8")) {
      const lines = (rest + chunk).split("\n");
      rest = lines.pop() ?? "";
      yield* lines;
      if (rest.length > maxLineLength) {
        yield rest;
        rest = "";
      }
    }
  } catch {
    // Destroyed, since its process was killed: what came is all there is.
  }
  if (rest !== "") yield rest;
}
