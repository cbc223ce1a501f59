/** Text from elsewhere as one line that cannot steer the terminal: control characters are shown as escapes. */
export function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, (character) => {
    return character === "\n" ? "\\n" : `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, "0")}`;
  });
}
