import { expect, test } from "@jest/globals";
import { createUndoStack } from "./undo-stack.js";

test("what was started is stopped in reverse, one after the other, each once", async () => {
  const undo = createUndoStack();
  const events: string[] = [];
  for (const name of ["a", "b", "c"])
    undo.push(async () => {
      events.push(`${name} stops`);
      await Promise.resolve();
      events.push(`${name} stopped`);
    });

  await undo.run();
  await undo.run();

  expect(events).toEqual(["c stops", "c stopped", "b stops", "b stopped", "a stops", "a stopped"]);
});

test("a stop that fails does not keep the others from theirs; the first error is thrown", async () => {
  const undo = createUndoStack();
  const stopped: string[] = [];
  undo.push(() => void stopped.push("a"));
  undo.push(() => Promise.reject(new Error("b failed")));
  undo.push(() => {
    throw new Error("c failed");
  });
  undo.push(() => void stopped.push("d"));

  await expect(undo.run()).rejects.toThrow("c failed");

  expect(stopped).toEqual(["d", "a"]);
});
