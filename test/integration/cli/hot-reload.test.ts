import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "@jest/globals";
import { type Client, createClient } from "@weft/client";
import { type DevMesh, startDevMesh } from "../../demo/dev-mesh.js";
import { until } from "../../support/within.js";
import { makeProject, type Project } from "./project.js";

let project: Project | undefined;
let mesh: DevMesh | undefined;
let client: Client | undefined;
afterEach(async () => {
  client?.close();
  await mesh?.end();
  project?.remove();
});

const greeter = (greeting: string) => `
  import { defineService, fn, runService } from "@weft/service";
  const greet = fn({ permission: "public", handler: () => "${greeting}" });
  await runService(defineService({ name: "greeter", version: "1.0.0", functions: { greet } }), process);
`;

const ticker = `
  import { defineService, fn, runService } from "@weft/service";
  const tick = fn.stream({ permission: "public", async *handler(_args, { signal }) {
    for (let count = 1; !signal.aborted; count++) {
      yield count;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  } });
  await runService(defineService({ name: "ticker", version: "1.0.0", functions: { tick } }), process);
`;

test("a changed service restarts alone: its callers get the new code, streams of others go on, a broken one changes nothing", async () => {
  project = makeProject("greeter", greeter("hello"));
  const { path } = project;
  project.add("ticker", ticker);
  mesh = await startDevMesh({ cwd: path });
  const calls = createClient(mesh.gateway);
  client = calls;
  const greetings = () => calls.call("greeter.greet");
  expect(await greetings()).toBe("hello");
  const ticks = calls.stream("ticker.tick")[Symbol.asyncIterator]();
  const { value: first } = await ticks.next();

  const write = (source: string) => writeFileSync(join(path, "services", "greeter", "dist", "main.js"), source);
  write(greeter("good day"));
  const answers = new Set<unknown>();
  await until(async () => {
    answers.add(await greetings()); // no call fails meanwhile
    return answers.has("good day");
  }, "the new greeting");
  expect([...answers]).toEqual(["hello", "good day"]);

  write("this is no program");
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  expect(await greetings()).toBe("good day");

  expect(Number((await ticks.next()).value)).toBeGreaterThan(Number(first));
  await ticks.return?.(undefined);
});
