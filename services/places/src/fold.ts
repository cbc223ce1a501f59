// Letters that Unicode does not take apart into a base letter and a mark, as people without that key type them.
const spelled = new Map(Object.entries({ ß: "ss", æ: "ae", œ: "oe", þ: "th", ø: "o", đ: "d", ð: "d", ł: "l" }))
  .set("ı", "i")
  .set("ħ", "h")
  .set("ə", "e")
  .set("ς", "σ")
  .set("‘", "'")
  .set("’", "'");
const dropped = new RegExp(`[\\p{M}${[...spelled.keys()].join("")}]`, "gu");

/** A name without accents and upper case: what is equal for someone who searches is equal as a string. */
export function fold(name: string): string {
  return name
    .normalize("NFD")
    .toLowerCase()
    .replace(dropped, (character) => spelled.get(character) ?? "");
}
