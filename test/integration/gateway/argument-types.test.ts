import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { decodeValue, encodeStruct } from "@weft/contracts";
import { ExecuteRequest, type ExecuteResponse } from "@weft/contracts/gateway";
import type { ArgumentSpecs } from "@weft/mesh";
import { defineService, fn } from "@weft/service";
import { findPython } from "../../support/python.js";
import { repositoryRoot } from "../../support/repository.js";
import { type RunningMesh, runMesh, unary } from "../../support/running-mesh.js";
import { testIf } from "../../support/skip.js";

const run = promisify(execFile);
const python = await findPython();
const uuid = "550e8400-e29b-41d4-a716-446655440000";

/** What is sent for each type, and what the handler gets of it. Texts are JSON, since that says every digit. */
interface Case {
  readonly struct: string;
  readonly json: string;
  readonly kind: string;
  /** What comes back; as sent unless it says otherwise. */
  readonly backAsValue?: string;
  readonly backAsJson?: string;
}

const same = (text: string, kind: string): Case => ({ struct: text, json: text, kind });
const becomes = (text: string, kind: string, back: string): Case => {
  return { ...same(text, kind), backAsValue: back, backAsJson: back };
};
const largest = "9223372036854775807";

const cases: Readonly<Record<string, Case>> = {
  string: same('"é😀\\u0000"', "string"),
  num: same("-1.5e-7", "number"),
  // A double cannot say it, so a Value says it as text.
  int64: { struct: `"${largest}"`, json: largest, kind: "bigint", backAsValue: `"${largest}"`, backAsJson: largest },
  boolean: same("false", "boolean"),
  uuid: same(`"${uuid.toUpperCase()}"`, "string"),
  datetime: becomes('"2024-01-15T10:30:00+07:00"', "Date", '"2024-01-15T03:30:00.000Z"'),
  naive_datetime: becomes('"2024-01-15 10:30:00Z"', "string", '"2024-01-15T10:30:00"'),
  list: same('[1,"two",true,3.14]', "Array"),
  list_string: same('["b","a","b"]', "Array"),
  list_num: same("[1,2.5,-3]", "Array"),
  list_uuid: same(`["${uuid}"]`, "Array"),
  list_map: same('[{"a":1},{"b":null}]', "Array"),
  map: same('{"k":{"l":[null,[{}]]},"__proto__":1}', "object"),
  any: same('[null,{"a":[{"b":false}]}]', "Array"),
};

const kindOf = (value: unknown) =>
  value instanceof Date ? "Date" : Array.isArray(value) ? "Array" : (typeof value as string);

const echo = defineService({
  name: "echo",
  version: "1.0.0",
  functions: Object.fromEntries(
    Object.keys(cases).map((type) => {
      const args = { value: type } as ArgumentSpecs;
      return [type, fn({ args, permission: "public", handler: ({ value }) => ({ kind: kindOf(value), value }) })];
    }),
  ),
});

const expectedValue = ({ kind, struct, backAsValue = struct }: Case) => ({ kind, value: JSON.parse(backAsValue) });
const expectedJson = ({ kind, json, backAsJson = json }: Case) => {
  // The same text as the handler's answer is written in.
  const back = /^\d{16,}$/.test(backAsJson) ? backAsJson : JSON.stringify(JSON.parse(backAsJson));
  return `{"kind":"${kind}","value":${back}}`;
};

let mesh: RunningMesh;
beforeAll(async () => {
  mesh = await runMesh([echo]);
});
afterAll(async () => {
  await mesh?.close();
});

const call = (type: string, payload: ExecuteRequest["arguments"]): Promise<ExecuteResponse> =>
  unary(mesh.client, "execute", { ...ExecuteRequest.create({ service: "echo", function: type }), arguments: payload });

describe.each(Object.entries(cases))("%s", (type, one) => {
  test("comes and goes in a Struct", async () => {
    const value = encodeStruct({ value: JSON.parse(one.struct) });

    const { outcome } = await call(type, { $case: "args", value });

    const answer = outcome?.$case === "result" ? decodeValue(outcome.value) : undefined;
    expect(JSON.parse(JSON.stringify(answer))).toEqual(expectedValue(one));
  });

  test("comes and goes as JSON, to the last digit", async () => {
    const { outcome } = await call(type, { $case: "argsJson", value: Buffer.from(`{"value":${one.json}}`) });

    expect(outcome?.$case === "resultJson" && outcome.value.toString()).toBe(expectedJson(one));
  });
});

testIf("python" in python, "reason" in python ? python.reason : "")(
  "a client in Python sends and gets every type in both forms",
  async () => {
    const interpreter = "python" in python ? python.python : "";
    const scratch = mkdtempSync(join(tmpdir(), "weft-python-"));
    try {
      const protos = ["function", "gateway"].map((name) => join(repositoryRoot, `proto/weft/v1/${name}.proto`));
      const out = [`--python_out=${scratch}`, `--grpc_python_out=${scratch}`];
      const include = `-I${join(repositoryRoot, "proto")}`;
      await run(interpreter, ["-m", "grpc_tools.protoc", include, ...out, ...protos]);

      const client = run(interpreter, [join(repositoryRoot, "test/integration/gateway/round_trip.py")], {
        env: { ...process.env, PYTHONPATH: scratch },
      });
      client.child.stdin?.end(JSON.stringify({ address: mesh.address, cases }));
      const answers = JSON.parse((await client).stdout);

      for (const [type, one] of Object.entries(cases))
        expect([type, answers[type]]).toEqual([type, { struct: expectedValue(one), json: expectedJson(one) }]);
    } finally {
      rmSync(scratch, { recursive: true });
    }
  },
);
