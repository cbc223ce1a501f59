/** One `name=value` or `name:=JSON` of a command line. */
export interface Pair {
  readonly name: string;
  readonly text: string;
  /** True for `:=`: the text is JSON, whatever the function declares. */
  readonly isJson: boolean;
}

/** Takes a pair apart at its first `=`; undefined if it is none. */
export function parsePair(token: string): Pair | undefined {
  const at = token.indexOf("=");
  const isJson = token[at - 1] === ":";
  const name = token.slice(0, isJson ? at - 1 : at);
  return at < 1 || name === "" ? undefined : { name, text: token.slice(at + 1), isJson };
}
