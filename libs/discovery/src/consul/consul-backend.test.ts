import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { inspect } from "node:util";
import { afterEach, expect, test } from "@jest/globals";
import { type Clock, Code } from "@weft/core";
import { type FakeClock, fakeClock } from "@weft/core/testkit";
import type { Backend } from "../backend.js";
import { createNode } from "../node.js";
import { consulBackend } from "./consul-backend.js";
import { registration } from "./consul-lease.js";

const node = createNode({ service: "places", address: "127.0.0.1:7000", incarnation: 5, weight: 2, zone: "a" });
const token = "canary-token";
const cleanUps: (() => void)[] = [];

afterEach(() => {
  for (const cleanUp of cleanUps.splice(0)) cleanUp();
});

test("faults D5: an index that goes back starts the watch over, and unchanged lists are not repeated", async () => {
  const { fake, lists } = await setUp(
    listed("10", [node]),
    listed("20", [node]),
    listed("5", [node]),
    listed("6", [{ ...node, draining: true }]),
  );

  expect(await next(lists)).toEqual([node]);
  expect(await next(lists)).toEqual([{ ...node, draining: true }]);

  expect(fake.indexes).toEqual([undefined, "10", "20", undefined]);
});

test("faults D6: an index of 0 is asked for as 1", async () => {
  const { fake, lists } = await setUp(listed("0", []), listed("0", [node]));

  await next(lists);
  await next(lists);

  expect(fake.indexes).toEqual([undefined, "1"]);
});

test("faults D6: an index beyond 2^53 keeps its digits", async () => {
  const { fake, lists } = await setUp(listed("18446744073709551615", []), listed("18446744073709551615", [node]));

  await next(lists);
  await next(lists);

  expect(fake.indexes).toEqual([undefined, "18446744073709551615"]);
});

test.each([
  ["no index", listed(undefined, [node])],
  ["an index that is no number", listed("ten", [node])],
  ["an HTML page with status 200", page("<html>welcome</html>", "text/html")],
  ["bad JSON", page("[{", "application/json")],
  ["JSON of another shape", page('{"a":1}', "application/json")],
  ["no body", page("", "application/json")],
])("faults D8: %s is refused", async (_, answer) => {
  const { lists } = await setUp(answer);

  await expect(next(lists)).rejects.toMatchObject({ name: "WeftError" });
});

test("faults D8: a body over 8 MB is cut off", async () => {
  const { fake, lists } = await setUp((_, response) => {
    response.writeHead(200, { "content-type": "application/json", "x-consul-index": "1" });
    const more = () => {
      while (!response.destroyed && response.write(Buffer.alloc(64_000, " ")));
      response.once("drain", more);
    };
    more();
  });

  await expect(next(lists)).rejects.toMatchObject({ code: Code.ResourceExhausted });
  expect(fake.indexes).toHaveLength(1);
});

test("faults D8: a truncated body is a failure at once", async () => {
  const { lists } = await setUp((_, response) => {
    response.writeHead(200, { "content-length": "1000", "content-type": "application/json", "x-consul-index": "1" });
    response.write("[");
    setImmediate(() => response.destroy());
  });

  await expect(next(lists)).rejects.toMatchObject({ code: Code.Unavailable });
});

test("faults D8: silence ends at 5 s for a plain call and at wait + 10 % for a blocking one", async () => {
  const asked: (() => void)[] = [];
  const silence: Answer = () => asked.pop()?.();
  const { clock, backend, lists } = await setUp(silence, listed("7", []), silence);
  const heard = () => new Promise<void>((resolve) => asked.push(resolve));

  const hears = heard();
  const plain = next(lists);
  await hears;
  clock.advance(5_000);
  await expect(plain).rejects.toMatchObject({ code: Code.Unavailable, message: "consul: no answer within 5000 ms" });

  const again = backend.watch("places", new AbortController().signal)[Symbol.asyncIterator]();
  await next(again);
  const hearsAgain = heard();
  const blocking = next(again);
  await hearsAgain;
  clock.advance(33_000);
  await expect(blocking).rejects.toMatchObject({ message: "consul: no answer within 33000 ms" });
  expect(clock.pending).toBe(0);
});

test("faults D4: refusals keep their meaning, and Retry-After is passed on", async () => {
  const { backend } = await setUp(status(500), status(429, { "retry-after": "7" }), status(403), status(400));
  const ask = () => next(backend.watch("places", new AbortController().signal)[Symbol.asyncIterator]());

  await expect(ask()).rejects.toMatchObject({ code: Code.Unavailable, retryAfterMs: undefined });
  await expect(ask()).rejects.toMatchObject({ code: Code.ResourceExhausted, retryAfterMs: 7_000 });
  await expect(ask()).rejects.toMatchObject({ code: Code.PermissionDenied, retryAfterMs: 30_000 });
  await expect(ask()).rejects.toMatchObject({ code: Code.Internal });
});

test("faults D18: the token is asked for before each call, sent, and in no error", async () => {
  const tokens: unknown[] = [];
  const denied: Answer = (request, response) => {
    tokens.push(request.headers["x-consul-token"]);
    status(403)(request, response);
  };
  const { backend, fake } = await setUp(denied, denied);
  const ask = () => next(backend.watch("places", new AbortController().signal)[Symbol.asyncIterator]());

  const first: unknown = await ask().catch((error: unknown) => error);
  fake.token = `${token}-rotated`;
  await ask().catch(() => {});
  fake.server.close();
  fake.server.closeAllConnections();
  const refused: unknown = await ask().catch((error: unknown) => error);

  expect(tokens).toEqual([token, `${token}-rotated`]);
  for (const error of [first, refused]) expect(inspect(error, { depth: 10, showHidden: true })).not.toContain(token);
});

test("faults D9: an old answer may add nodes but not remove any", async () => {
  const other = createNode({ service: "places", address: "127.0.0.1:7001", incarnation: 1 });
  const old = { "x-consul-lastcontact": "600000", "x-consul-knownleader": "false" };
  const { lists } = await setUp(listed("1", [node]), listed("2", [other], old), listed("3", [other]));

  expect(await next(lists)).toEqual([node]);
  expect(await next(lists)).toEqual([node, other]);
  expect(await next(lists)).toEqual([other]);
});

test("entries that are no nodes of the service, or not passing, are skipped", async () => {
  const odd = [
    entry({ ...node, id: "a", address: "127.0.0.1:0" }),
    entry({ ...node, id: "b", service: "cache" }),
    entry({ ...node, id: "c c" }),
    { ...entry({ ...node, id: "d" }), Checks: [{ Status: "critical" }] },
    "nonsense",
  ];
  const { lists } = await setUp(page(JSON.stringify([...odd, entry(node)]), "application/json", "1"));

  expect(await next(lists)).toEqual([node]);
});

test("a registry that does not wait is asked twice at once, then once a second", async () => {
  const clock = fakeClock();
  const answers = [listed("1", []), listed("1", []), listed("1", []), listed("1", [node])];
  const { fake, lists } = await scripted(clock, clock, answers);
  await next(lists);

  const changed = next(lists);
  for (const calls of [2, 3, 4]) {
    await fake.calls(calls);
    await when(() => clock.pending === 1 || calls === 4); // the wait for the next token
    expect(fake.indexes).toHaveLength(calls);
    clock.advance(1_000);
  }

  expect(await changed).toEqual([node]);
}, 10_000);

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** A scripted Consul that gives these answers in turn, and a backend that asks it. */
function setUp(...answers: Answer[]) {
  const clock = fakeClock();
  return scripted(clock, unpaced(clock), answers);
}

/** Skips the waits between calls, which are under 5 s; the limits of the calls are not. */
function unpaced(clock: FakeClock): Clock {
  const after: Clock["after"] = (waitMs, action) => {
    if (waitMs >= 5_000) return clock.after(waitMs, action);
    const soon = setImmediate(action);
    return () => clearImmediate(soon);
  };
  return { now: clock.now, wallTime: clock.wallTime, after };
}

async function scripted(clock: FakeClock, given: Clock, answers: Answer[]) {
  const fake = {
    server: undefined as unknown as Server,
    token,
    indexes: [] as unknown[],
    calls: (count: number) => when(() => fake.indexes.length === count),
  };
  fake.server = createServer((request, response) => {
    fake.indexes.push(new URL(request.url ?? "", "http://fake").searchParams.get("index") ?? undefined);
    answers.shift()?.(request, response);
  }).listen(0, "127.0.0.1");
  await once(fake.server, "listening");
  const { port } = fake.server.address() as AddressInfo;
  const backend = consulBackend({ host: "127.0.0.1", port, clock: given, token: async () => fake.token });
  cleanUps.push(() => {
    backend.close();
    fake.server.closeAllConnections();
    fake.server.close();
  });
  const lists = backend.watch("places", new AbortController().signal)[Symbol.asyncIterator]();
  return { fake, clock, backend, lists };
}

type Lists = ReturnType<ReturnType<Backend["watch"]>[typeof Symbol.asyncIterator]>;

async function next(lists: Lists) {
  const { value } = await lists.next();
  return value;
}

function listed(
  index: string | undefined,
  nodes: readonly (typeof node)[],
  headers: Record<string, string> = {},
): Answer {
  return page(JSON.stringify(nodes.map(entry)), "application/json", index, headers);
}

function entry(of: typeof node) {
  const { name, id, address, port, meta } = registration(of);
  return {
    Node: { Address: "10.0.0.1" },
    Service: { ID: id, Service: name, Address: address, Port: port ?? 0, Meta: meta },
    Checks: [{ Status: "passing" }],
  };
}

function page(body: string, type: string, index?: string, headers: Record<string, string> = {}): Answer {
  return (_, response) => {
    response.writeHead(200, {
      "content-type": type,
      ...(index !== undefined && { "x-consul-index": index }),
      ...headers,
    });
    response.end(body);
  };
}

function status(code: number, headers: Record<string, string> = {}): Answer {
  return (_, response) => response.writeHead(code, headers).end("refused");
}

/** The condition comes true through a real socket: asked for until then, limited by the test's own time limit. */
async function when(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await new Promise((resolve) => setTimeout(resolve, 2));
}
