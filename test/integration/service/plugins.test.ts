import { expect, test } from "@jest/globals";
import { ExecuteRequest } from "@weft/contracts/gateway";
import { silentLogger } from "@weft/core";
import type { Plugin } from "@weft/plugin-chain";
import { defineService, fn, type Hosting, serviceSettings, startService } from "@weft/service";
import { z } from "zod";
import { runMesh, unary } from "../../support/running-mesh.js";

const shoutSettings = z.object({ mark: z.string().max(3).default("!") });

/** Puts a mark behind every answer of a service. */
function shout(events: string[] = []): Plugin<Hosting, z.infer<typeof shoutSettings>> {
  let mark = "";
  return {
    name: "shout",
    settings: { schema: shoutSettings },
    start(own) {
      mark = own.mark;
      events.push("start");
      return undefined;
    },
    stop: () => void events.push("stop"),
    callbacks: { handle: (next) => async (call) => `${await next(call)}${mark}` },
  };
}

const greeting = (config: object, plugins = [shout()]) =>
  defineService({
    name: "greeting",
    version: "1.0.0",
    plugins: plugins as Plugin<Hosting>[],
    config: config as never,
    functions: { hello: fn({ permission: "public", handler: () => "hello" }) },
  });

test.each([
  ["nothing is said: the plugin's default", {}, {}, "hello!"],
  ["the service says", { shout: { mark: "?" } }, {}, "hello?"],
  ["the process says, over the service", { shout: { mark: "?" } }, { shout: { mark: "..." } }, "hello..."],
])("settings of a plugin, where %s", async (_name, config, plugins, answer) => {
  const mesh = await runMesh([]);
  await mesh.add(greeting(config), { plugins });

  const request = ExecuteRequest.fromPartial({ service: "greeting", function: "hello", resultEncoding: 2 });
  const { outcome } = await unary(mesh.client, "execute", request);

  expect(JSON.parse(outcome?.value.toString() ?? "")).toBe(answer);
  await mesh.close();
});

test("settings that a plugin refuses stop the start, by name, before a port is open", async () => {
  const events: string[] = [];
  const service = greeting({ shout: { mark: "far too long" } }, [shout(events)]);

  const starting = startService(service, {
    settings: serviceSettings.parse({ discovery: "embedded" }),
    logger: silentLogger,
  });

  await expect(starting).rejects.toThrow(/shout.*mark/s);
  expect(events).toEqual([]);
});

test("a plugin starts before the service takes calls, and stops once, after the last", async () => {
  const events: string[] = [];
  const mesh = await runMesh([greeting({}, [shout(events)])]);

  expect(events).toEqual(["start"]);
  await mesh.close();
  expect(events).toEqual(["start", "stop"]);
});
