import { expect, test } from "@jest/globals";
import type { FunctionConfig } from "@weft/contracts/function";
import { type Definition, toConfig } from "@weft/mesh/definition";
import { createPaint } from "../output/paint.js";
import { describedText } from "./described-text.js";

function textOf(fields: Partial<Definition>, versions = [""]): string {
  const config: FunctionConfig = toConfig({ service: "shop", function: "buy", ...fields });
  const described = {
    config,
    argsSchema: "{}",
    resultSchema: config.resultSchema,
    manifest: "",
    versions,
    example: "{}",
  };
  return describedText("shop.buy", described, createPaint(false));
}

test("what is not declared takes little room", () => {
  expect(textOf({})).toBe(
    `shop.buy

mode        sync
permission  any authenticated user
time limit  the gateway's default

It takes no arguments.
`,
  );
});

test("every policy, argument and example is there", () => {
  const text = textOf(
    {
      summary: "Buys something",
      description: "If it is there.\nElse not.",
      mode: "stream",
      version: "2.0.0",
      args: { item: { type: "string", description: "What to buy." }, count: { type: "num", default: 1 } },
      permission: { role: ["clerk", "boss"] },
      timeoutMs: Number.POSITIVE_INFINITY,
      select: { hash: "item" },
      retry: { same_node: 2 },
      idempotent: true,
      before: "greet",
      resultSchema: { type: "boolean" },
      examples: [{ name: "it's two", args: { item: "a 'pen'" }, result: true }],
    },
    ["1.0.0", "2.0.0"],
  );

  expect(text).toBe(
    `shop.buy  Buys something

If it is there.
Else not.

mode        stream
permission  roles clerk, boss
time limit  none
versions    1.0.0, 2.0.0
select      {"hash":"item"}
retry       {"same_node":2}
before      greet
idempotent  yes

ARGUMENT  TYPE    NEEDED     DESCRIPTION
item      string  yes        What to buy.
count     num     default 1

RESULT
{
  "type": "boolean"
}

EXAMPLES
# it's two
weft stream shop.buy --args '{"item":"a '\\''pen'\\''"}'
true
`,
  );
});

test.each<[Partial<Definition>, string]>([
  [{ permission: "public" }, "permission  public\n"],
  [{ permission: { arg: "user" } }, "permission  the user named by argument user\n"],
  [{ permission: { role: [] } }, "permission  nobody\n"],
  [{ permit: "isOpen" }, "permission  as permit decides\n"],
  [{ permit: "isOpen" }, "permit      isOpen\n"],
  [{ disabled: true }, "disabled    yes\n"],
  [{ openArguments: true }, "It takes any arguments.\n"],
  [{ nodes: "local" }, "nodes       local\n"],
])("%j reads as %j", (fields, line) => {
  expect(textOf(fields)).toContain(line);
});
