import { expect, test } from "@jest/globals";
import { seededRandom } from "@weft/core/testkit";
import { hasSurrogates, isBefore } from "./code-points.js";

const sortByCodePoint = (texts: string[]) => texts.sort((a, b) => Number(isBefore(b, a)) - Number(isBefore(a, b)));
const byUtf8Bytes = (texts: readonly string[]) =>
  [...texts].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));

test("characters above U+FFFF come after all others", () => {
  expect(sortByCodePoint(["\u{1f600}", "\uff5e", "z", "", "za", "\ue000"])).toEqual([
    "",
    "z",
    "za",
    "\ue000",
    "\uff5e",
    "\u{1f600}",
  ]);
});

test("the order is that of the UTF-8 bytes (seed 7)", () => {
  const random = seededRandom(7);
  const alphabet = ["a", "b", "é", "\ud7ff", "\ue000", "\uffff", "\u{10000}", "\u{10ffff}"];
  const text = () =>
    Array.from({ length: Math.floor(random() * 5) }, () => alphabet[Math.floor(random() * alphabet.length)]).join("");
  const texts = Array.from({ length: 500 }, text);

  expect(sortByCodePoint([...texts])).toEqual(byUtf8Bytes(texts));
});

test("texts without characters above U+FFFF may be compared by their units", () => {
  expect(hasSurrogates("\ue000\uffff")).toBe(false);
  expect(hasSurrogates("a\u{10000}")).toBe(true);
});
