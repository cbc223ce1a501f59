import { expect, test } from "@jest/globals";
import { fakeClock } from "@weft/core/testkit";
import { createMemoryStore } from "../engine/memory-store.js";
import { createNamespaces } from "../namespaces/namespaces.js";
import { actions } from "./registry.js";
import { watch } from "./watch.js";

test.each(watch.examples)("the example $title comes so", async ({ input, output }) => {
  const namespaces = createNamespaces(
    createMemoryStore({ capacity: 10, clock: fakeClock() }),
    {},
    { clock: fakeClock() },
  );
  const messages = watch.open(namespaces, input, new AbortController().signal)[Symbol.asyncIterator]();
  await messages.next();

  actions.set.call(namespaces, { key: "user:1", value: 1 });

  const { value: message } = await messages.next();
  const epoch = expect.stringMatching(/^[0-9a-f-]{36}$/);
  expect(watch.reply(message)).toEqual({ ...output, position: { ...(output.position as object), epoch } });
  await messages.return?.();
});
