import { expect, test } from "@jest/globals";
import { fold } from "./fold.js";

test.each([
  ["Zürich", "zurich"],
  ["SÃO PAULO", "sao paulo"],
  ["Łódź", "lodz"],
  ["Tromsø", "tromso"],
  ["Gießen", "giessen"],
  ["İstanbul", "istanbul"],
  ["Iğdır", "igdir"],
  ["Qal‘ah", "qal'ah"],
  ["ΟΔΟΣ", "οδοσ"],
  ["北京", "北京"],
])("%s is found as %s", (name, expected) => {
  expect(fold(name)).toBe(expected);
});

test("folding twice changes nothing more", () => {
  const names = ["Đà Nẵng", "Þórshöfn", "Ærøskøbing", "Ḩamāh", "ﬁ", "e\u0301"];

  for (const name of names) expect(fold(fold(name))).toBe(fold(name));
});

test("the composed and the decomposed form of a letter are equal", () => {
  expect(fold("\u00e9vian")).toBe(fold("e\u0301vian"));
});
