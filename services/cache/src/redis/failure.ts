import { Code, Reason, WeftError } from "@weft/core";
import { unavailable } from "./unavailable.js";

// Answers of a Redis that cannot serve now, but may soon or after a hand on it; it has done nothing.
const notNow = new Set([
  ...["LOADING", "READONLY", "MASTERDOWN", "NOREPLICAS", "MISCONF", "BUSY", "CLUSTERDOWN", "TRYAGAIN", "MOVED", "ASK"],
  ...["NOAUTH", "WRONGPASS"],
]);

/** What an operation says that Redis refused. */
export function refusalOf(reply: Error): Error {
  const word = reply.message.split(" ", 1)[0] ?? "";
  if (notNow.has(word)) return unavailable("no", reply);
  if (word !== "OOM") return reply; // a fault of the scripts: the caller gets INTERNAL, the log all of it
  return new WeftError(Code.ResourceExhausted, "the store of the cache is out of memory", {
    reason: Reason.CacheFull,
    quotaViolations: [{ subject: "cache", description: "memory of the store" }],
    cause: reply,
  });
}
