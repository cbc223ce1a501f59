import { expect, test } from "@jest/globals";
import { serviceSettings } from "../settings.js";
import { workerProblems } from "./worker-problems.js";

const problemsOf = (settings: object) =>
  workerProblems(serviceSettings.parse({ workers: 4, ...settings })).map((problem) => problem.split(":")[0]);

test.each([
  ["nothing but their number", {}],
  ["a host to listen at", { meshListen: "10.0.0.7:0" }],
  ["a fixed port for the registry over them", { meshListen: "127.0.0.1:7401", discovery: "embedded" }],
])("several workers may have %s", (_name, settings) => {
  expect(problemsOf(settings)).toEqual([]);
});

test.each([
  ["one port for all", { meshListen: "127.0.0.1:7401" }, ["WEFT_MESH_LISTEN"]],
  ["a host that is none", { meshListen: "0.0.0.0:0" }, ["WEFT_MESH_LISTEN"]],
  ["nor so with IPv6", { meshListen: "[::]:0" }, ["WEFT_MESH_LISTEN"]],
  ["one address for all", { advertise: "a.example.org:1", discovery: "embedded" }, ["WEFT_ADVERTISE"]],
  [
    "all of that",
    { meshListen: "0.0.0.0:1", advertise: "a.example.org:1" },
    ["WEFT_MESH_LISTEN", "WEFT_MESH_LISTEN", "WEFT_ADVERTISE"],
  ],
])("they may not have %s", (_name, settings, expected) => {
  expect(problemsOf(settings)).toEqual(expected);
});
