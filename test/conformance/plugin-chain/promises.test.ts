import { createHook } from "node:async_hooks";
import { expect, test } from "@jest/globals";
import { compileChain, cont, type Plugin, planChain, step } from "@weft/plugin-chain";

const callbacks = { handle: step<[call: string], string>({ default: "nobody" }) };
type Handle = NonNullable<NonNullable<Plugin<typeof callbacks>["callbacks"]>["handle"]>;

function compile(...steps: Handle[]): (call: string) => string | Promise<string> {
  const plugins = steps.map((handle, index) => ({ name: `p${index}`, callbacks: { handle } }));
  const chain = planChain<typeof callbacks>({ service: { name: "S" }, plugins });
  return compileChain(callbacks, chain, { onError() {} }).handle;
}

/** How many promises come into being while `act` runs. */
function promisesOf(act: () => unknown): number {
  let count = 0;
  const hook = createHook({
    init(_id, type) {
      if (type === "PROMISE") count += 1;
    },
  });
  hook.enable();
  try {
    act();
  } finally {
    hook.disable();
  }
  return count;
}

test.each([
  ["nobody answers", "x", "nobody"],
  ["the last one answers", "last", "last"],
  ["the first one answers", "first", "first"],
  ["somebody changes the arguments", "change", "changed"],
])("plugin-chain R11: synchronous steps allocate no promise: %s", (_how, call, answer) => {
  const handle = compile(
    (given) => (given === "first" ? given : cont),
    (given) => (given === "change" ? cont("changed") : cont),
    (given) => (given === "last" || given === "changed" ? given : cont),
  );
  let answered: unknown;

  const promises = promisesOf(() => {
    answered = handle(call);
  });

  expect(answered).toBe(answer);
  expect(promises).toBe(0);
});

test("plugin-chain R11: promises begin at the first pending step", async () => {
  const asked: string[] = [];
  const note = (name: string) => void asked.push(name);
  let open: (answer: typeof cont) => void = () => {};
  const gate = new Promise<typeof cont>((resolve) => {
    open = resolve;
  });
  const handle = compile(
    (call) => (call === "early" ? call : cont),
    () => {
      note("waits");
      return gate;
    },
    () => {
      note("answers");
      return "late";
    },
  );
  let answered: unknown;

  expect(promisesOf(() => handle("early"))).toBe(0);
  const promises = promisesOf(() => {
    answered = handle("x");
  });
  expect(promises).toBeGreaterThan(0);
  expect(asked).toEqual(["waits"]);

  open(cont);
  expect(await answered).toBe("late");
  expect(asked).toEqual(["waits", "answers"]);
});
