/**
 * Compact JSON with line breaks and two spaces a level. Works on the text, so that integers beyond 2^53 keep their digits,
 * which JSON.stringify cannot write.
 */
export function indentJson(compact: string): string {
  let depth = 0;
  const line = () => `\n${"  ".repeat(depth)}`;
  return compact.replace(/"(?:[^"\\]|\\.)*"|[[{](?=[\]}])[\]}]|[[\]{},:]/g, (token) => {
    switch (token) {
      case "{":
      case "[":
        depth++;
        return token + line();
      case "}":
      case "]":
        depth--;
        return line() + token;
      case ",":
        return token + line();
      case ":":
        return ": ";
      default:
        return token; // a string, or something empty
    }
  });
}
