import { expect, test } from "@jest/globals";
import { decodeJson, encodeJson } from "@weft/contracts";
import { Code, WeftError } from "@weft/core";
import fc from "fast-check";
import { type StoredValue, storeValue } from "../store/stored-value.js";
import { get } from "./get.js";
import { getMany } from "./get-many.js";
import { asBytes } from "./written.js";

const key = fc.oneof(
  fc.string({ unit: "grapheme", minLength: 1 }),
  fc.constantFrom('"', "\\", "\u007f", "\u2028", "ж😀"),
);
const value = fc.oneof(
  fc.json().map((json): StoredValue => storeValue("json", encodeJson(JSON.parse(json)))),
  fc.constantFrom(
    storeValue("json", Buffer.from(`"${"ж".repeat(5_000)}"`)),
    storeValue("bytes", Buffer.from([0, 255])),
  ),
);
const optional = { nil: undefined };
const got = fc.record({ key, value: fc.option(value, optional), version: fc.option(fc.nat(), optional) });

test("what get writes is what it replies", () => {
  fc.assert(
    fc.property(got, (outcome) => {
      const written = get.write?.(outcome);

      if (outcome.value?.kind === "bytes") expect(written).toBeUndefined();
      else expect(decodeJson(asBytes(written ?? "")).value).toEqual(decodeJson(encodeJson(get.reply(outcome))).value);
    }),
  );
});

test("what get_many writes is what it replies, whatever its items are", () => {
  const failed = { error: new WeftError(Code.InvalidArgument, "no") };
  fc.assert(
    fc.property(
      fc.array(
        fc.oneof(
          got.map((outcome) => ({ outcome })),
          fc.constant(failed),
        ),
        { minLength: 1 },
      ),
      fc.boolean(),
      (items, brief) => {
        const written = getMany.write?.({ items, brief } as never);

        expect(decodeJson(asBytes(written ?? "")).value).toEqual(
          decodeJson(encodeJson(getMany.reply({ items, brief } as never))).value,
        );
      },
    ),
  );
});
