import { expect, test } from "@jest/globals";
import { Code } from "@weft/core";
import { createSwitches, type Switches } from "./switches.js";

const offOf = (switches: Switches, ...versions: string[]) => versions.filter((each) => switches.isOff("s", "f", each));

test("a switch of one version leaves the others alone", () => {
  const switches = createSwitches();

  switches.set("s", "f", "1.0.0", true);

  expect(offOf(switches, "", "1.0.0", "2.0.0")).toEqual(["1.0.0"]);
  expect(switches.isOff("s", "g", "1.0.0")).toBe(false);
  expect(switches.isOff("t", "f", "1.0.0")).toBe(false);
});

test("a switch of all versions holds for those to come, until one of them is set", () => {
  const switches = createSwitches();

  switches.set("s", "f", undefined, true);
  expect(offOf(switches, "", "1.0.0", "never seen")).toEqual(["", "1.0.0", "never seen"]);

  switches.set("s", "f", "1.0.0", false);
  expect(offOf(switches, "", "1.0.0", "2.0.0")).toEqual(["", "2.0.0"]);

  switches.set("s", "f", "1.0.0", true);
  expect(offOf(switches, "", "1.0.0", "2.0.0")).toEqual(["", "1.0.0", "2.0.0"]);
});

test("switching all on again forgets what was said of versions", () => {
  const switches = createSwitches();
  switches.set("s", "f", "1.0.0", true);

  switches.set("s", "f", undefined, false);

  expect(offOf(switches, "", "1.0.0")).toEqual([]);
  expect(switches.isHeld("s", "f")).toBe(false);
});

test("there is a limit, and switches that are back where they were do not count", () => {
  const switches = createSwitches({ max: 2 });
  for (let i = 0; i < 5; i++) {
    switches.set("s", "f", `${i}.0.0`, true);
    switches.set("s", "f", `${i}.0.0`, false);
    switches.set("s", "g", undefined, true);
    switches.set("s", "g", undefined, false);
  }
  switches.set("s", "f", undefined, true);
  switches.set("s", "g", undefined, true);

  expect(() => switches.set("s", "h", undefined, true)).toThrow(
    expect.objectContaining({ code: Code.ResourceExhausted }),
  );
  switches.set("s", "g", undefined, true);
  switches.set("s", "g", undefined, false);
  switches.set("s", "h", undefined, true);
  expect(switches.isOff("s", "h", "")).toBe(true);
});
