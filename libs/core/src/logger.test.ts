import { expect, test } from "@jest/globals";
import { Code } from "./code.js";
import { createLogger } from "./logger.js";
import { WeftError } from "./weft-error.js";

function lines(level?: "warn") {
  const written: string[] = [];
  const destination = { write: (line: string) => void written.push(line) };
  return { written, logger: createLogger({ service: "test", destination, ...(level && { level }) }) };
}

test("a line is one JSON object with the service and the level by name", () => {
  const { written, logger } = lines();

  logger.info({ request_id: "r1" }, "call");

  expect(JSON.parse(written.join(""))).toMatchObject({ level: "info", service: "test", request_id: "r1", msg: "call" });
});

test("an error is written by an allow-list: metadata and tokens stay out", () => {
  const { written, logger } = lines();
  const foreign = Object.assign(new Error("refused"), { code: 14, metadata: { authorization: "Bearer canary" } });

  logger.error({ err: new WeftError(Code.Unavailable, "connection lost", { cause: foreign }) }, "failed");
  logger.error({ err: foreign }, "failed");

  expect(written.join("")).not.toContain("canary");
  expect(JSON.parse(written[0] ?? "").err).toMatchObject({
    reason: "UNAVAILABLE",
    cause: { message: "refused", code: 14 },
  });
});

test("lines below the level are not written", () => {
  const { written, logger } = lines("warn");

  logger.info({}, "nothing to see");

  expect(written).toEqual([]);
});
