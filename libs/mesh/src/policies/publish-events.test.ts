import { afterEach, expect, test } from "@jest/globals";
import { Code, WeftError } from "@weft/core";
import { fakeClock } from "@weft/core/testkit";
import { executorEvents } from "../events/events.js";
import type { StreamItem } from "../pipeline.js";
import { callRequest, type FakeMesh, fakeMesh, functionConfig } from "../testkit.js";
import { dispatch } from "./dispatch.js";
import { publishEvents } from "./publish-events.js";
import { resolve } from "./resolve.js";
import { validate } from "./validate.js";

const clock = fakeClock();
const who = { request_id: "r1", service: "echo", user_id: "" };

let mesh: FakeMesh;
const listening: (() => void)[] = [];
afterEach(async () => {
  for (const stop of listening.splice(0)) stop();
  await mesh.close();
});

async function* two(): AsyncGenerator<StreamItem> {
  for (const sequence of [1, 2]) yield { sequence, json: Buffer.from(`"item ${sequence}"`) };
}

async function start(): Promise<void> {
  const fails = ["broken", "refuses"];
  mesh = await fakeMesh({
    nodes: [
      {
        name: "a",
        functions: [
          ...["works", ...fails].map((name) => functionConfig({ function: name })),
          functionConfig({ function: "items", mode: "stream" }),
        ],
        answer(name) {
          if (name === "broken") throw new WeftError(Code.Internal, "internal error", { reason: "INTERNAL" });
          if (name === "refuses") throw new WeftError(Code.NotFound, "no such thing", { domain: "echo" });
          return 1;
        },
        items: two,
      },
    ],
    plugins: (catalogue) => [
      publishEvents({ clock }),
      resolve({ catalogue, clock }),
      validate(),
      dispatch({ clock, caller: "test" }),
    ],
    clock,
  });
}

const call = (name: string) => mesh.newCall(callRequest(name));

async function read(name: string): Promise<number[]> {
  const read: number[] = [];
  const request = callRequest(name, {}, { shape: "stream" });
  await mesh.stream(mesh.newCall(request), {
    accepted() {},
    item: ({ sequence }) => void read.push(sequence),
  });
  return read;
}

test("a call has a start, and an end that says whether it went well", async () => {
  await start();
  const heard: unknown[] = [];
  for (const event of [executorEvents.requestStart, executorEvents.requestStop, executorEvents.requestException])
    listening.push(event.listen((message) => heard.push({ ...message, event: event.name.slice(14) })));

  await mesh.execute(call("works"));
  await mesh.execute(call("refuses")).catch(() => {});
  await mesh.execute(call("broken")).catch(() => {});

  const begun = (name: string) => ({
    ...who,
    request_type: name,
    system_time: clock.wallTime(),
    event: "request.start",
  });
  const over = (name: string, success: boolean) => ({
    ...who,
    request_type: name,
    duration_us: 0,
    success,
    async: false,
    event: "request.stop",
  });
  expect(heard).toEqual([
    begun("works"),
    over("works", true),
    begun("refuses"),
    over("refuses", false),
    begun("broken"),
    {
      ...who,
      request_type: "broken",
      duration_us: 0,
      error: expect.objectContaining({ code: Code.Internal }),
      event: "request.exception",
    },
  ]);
});

test("the items of a stream are told to those who listened when it was opened", async () => {
  await start();
  const heard: unknown[] = [];
  const unheard = await read("items");
  listening.push(executorEvents.streamItem.listen((message) => heard.push(message)));

  expect(await read("items")).toEqual([1, 2]);

  expect(unheard).toEqual([1, 2]);
  expect(heard).toEqual([1, 2].map((sequence) => ({ ...who, request_type: "items", sequence, bytes: 8 })));
});
