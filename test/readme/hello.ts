import { Code, WeftError } from "@weft/core";
import { defineService, fn, runService } from "@weft/service";

const hello = defineService({
  name: "hello",
  version: "1.0.0",
  functions: {
    greet: fn({
      summary: "A greeting",
      args: { name: { type: "string", maxBytes: 100 }, times: { type: "num", default: 1 } },
      permission: "public",
      handler({ name, times }) {
        if (times > 9) throw new WeftError(Code.OutOfRange, "at most 9 greetings", { reason: "TOO_POLITE" });
        return Array(times).fill(`Hello, ${name}!`);
      },
    }),
  },
});

await runService(hello, process);
