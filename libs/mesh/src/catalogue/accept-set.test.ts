import { expect, test } from "@jest/globals";
import { functionConfig } from "../testkit.js";
import { acceptSet } from "./accept-set.js";
import { compileVariant } from "./compile-variant.js";
import type { FunctionVariant } from "./target.js";

const compile = (config: Parameters<typeof compileVariant>[0]) => compileVariant(config, { random: () => 0 });
const accept = (functions: Parameters<typeof acceptSet>[0], held: readonly FunctionVariant[] = []) =>
  acceptSet(functions, { compile, service: "echo", held });
const shown = (variants: readonly FunctionVariant[]) =>
  variants.map(({ config }) => `${config.function}@${config.version ?? ""} ${config.summary}`);

test("definitions known already are not compiled again, so what is known of them stays", () => {
  const f = functionConfig({ function: "f" });
  const { variants: held } = accept([f]);

  const { variants, taken } = accept(
    [{ ...f, hash: "", service: "as discovery says" }, functionConfig({ function: "g" })],
    held,
  );

  expect(variants[0]).toBe(held[0]);
  expect(taken).toBe(2);
});

test("the last good definition of a bad one stays; what is not named goes", () => {
  const { variants: held } = accept([
    functionConfig({ function: "f", version: "1.0.0", summary: "older" }),
    functionConfig({ function: "f", version: "2.0.0" }),
    functionConfig({ function: "g" }),
  ]);

  const { variants, taken, unusable } = accept(
    [
      functionConfig({ function: "f", version: "1.0.0", timeoutMs: 1 }),
      functionConfig({ function: "never good", timeoutMs: 1 }),
      functionConfig({ function: "h" }),
    ],
    held,
  );

  expect(shown(variants)).toEqual(["h@ ", "f@1.0.0 older"]);
  expect(taken).toBe(1);
  expect(unusable.map(({ index, problems }) => [index, problems.length])).toEqual([
    [0, 1],
    [1, 2],
  ]);
});

test("of several last good definitions the latest stays", () => {
  const older = accept([functionConfig({ function: "f", summary: "older" })]).variants;
  const newer = accept([functionConfig({ function: "f", summary: "newer" })]).variants;

  const { variants } = accept([functionConfig({ function: "f", timeoutMs: 1 })], [...older, ...newer]);

  expect(shown(variants)).toEqual(["f@ newer"]);
});

test("a version that is defined twice counts once, as it came first", () => {
  const { variants, unusable } = accept([
    functionConfig({ function: "f", summary: "first" }),
    functionConfig({ function: "f", summary: "second" }),
    functionConfig({ function: "f", version: "1.0.0", summary: "another version" }),
  ]);

  expect(shown(variants)).toEqual(["f@ first", "f@1.0.0 another version"]);
  expect(unusable.map(({ problems }) => problems)).toEqual([["it is defined more than once in its set"]]);
});

test("a good definition beside a bad one of the same version counts, wherever it stands", () => {
  const bad = functionConfig({ function: "f", timeoutMs: 1 });
  const good = functionConfig({ function: "f", summary: "good" });
  const { variants: held } = accept([functionConfig({ function: "f", summary: "held" })]);

  expect(shown(accept([bad, good], held).variants)).toEqual(["f@ good"]);
  expect(shown(accept([good, bad], held).variants)).toEqual(["f@ good"]);
});

test("a definition without a mode is sync", () => {
  const { variants } = accept([functionConfig({ function: "f", mode: "" })]);

  expect(variants.map(({ config }) => config.mode)).toEqual(["sync"]);
});
