import { encodeJson } from "@weft/contracts";
import type { StoredValue } from "../store/stored-value.js";
import { type BriefForm, failureStatus, statusReply } from "./batch.js";
import { dataOf } from "./content.js";
import type { Got } from "./get.js";
import { any, list, object, whole } from "./schema.js";
import { writtenJson } from "./written.js";

/** The values of many keys for who wants nothing else: most of what they cost is in reading an answer for each. */
export const briefGets: BriefForm<Got> = {
  description: "The answer has values, missing and failed instead of results",
  output: {
    values: list("In the order of the keys; null where there is none", any("The value")),
    missing: list("Of the keys without an entry: where they stand among the keys", whole("From 0")),
    failed: list(
      "Of the keys that failed",
      object("Which, and why", { at: whole("Where it stands, from 0"), status: failureStatus }),
    ),
  },

  reply(results) {
    const missing = results.flatMap(({ found }, at) => (found === false ? [at] : []));
    const failed = results.flatMap(({ status }, at) => (status === undefined ? [] : [{ at, status }]));
    return { success: true, values: results.map(({ value = null }) => value), missing, failed };
  },

  write(items) {
    const missing: number[] = [];
    const failed: object[] = [];
    const values = items.map((item, at) => {
      if ("error" in item) failed.push({ at, ...statusReply(item.error) });
      else if (item.outcome.value === undefined) missing.push(at);
      else return writtenValue(item.outcome.value);
      return "null";
    });
    const failures = failed.length === 0 ? "[]" : encodeJson(failed).toString("latin1");
    return `{"success":true,"values":[${values.join(",")}],"missing":[${missing.join(",")}],"failed":${failures}}`;
  },
};

function writtenValue(value: StoredValue): string {
  return value.kind === "json" ? writtenJson(value) : `"${dataOf(value)}"`;
}
