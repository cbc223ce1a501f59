import { readFileSync } from "node:fs";
import { expect, test } from "@jest/globals";
import { settingRows } from "@weft/core";
import { serviceSettings } from "@weft/service";
import type { Action } from "./actions/action.js";
import { actions, streamActions } from "./actions/registry.js";
import { cacheSettings } from "./config.js";

const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
/** The cells of every row of its tables. */
const rows = readme
  .split("\n")
  .filter((line) => line.startsWith("| `"))
  .map((line) =>
    line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );

test("the README names every action and every setting of the cache, as the code has them", () => {
  const ofActions = (Object.values({ ...actions, ...streamActions }) as object as Action[]).map(
    ({ name, summary, fields, idempotent, complexity }) => [
      `\`${name}\``,
      summary,
      Object.keys(fields)
        .filter((field) => field !== "namespace")
        .join(", "),
      idempotent ? "yes" : "no",
      complexity,
    ],
  );
  const ofSettings = settingRows(cacheSettings)
    .filter(({ name }) => !(name in serviceSettings.shape))
    .map(({ name, env, defaultValue, description }) => [
      `\`${name}\``,
      `\`${env}\``,
      typeof defaultValue === "object" ? `\`${JSON.stringify(defaultValue)}\`` : String(defaultValue ?? "none"),
      description,
    ]);

  expect(rows).toEqual([...ofActions, ...ofSettings]);
});
