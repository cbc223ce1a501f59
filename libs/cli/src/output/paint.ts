/** Colours for a terminal, or none. */
export interface Paint {
  bold(text: string): string;
  dim(text: string): string;
  red(text: string): string;
  yellow(text: string): string;
  /** The colour of one of many, told apart by `index`. */
  nth(index: number, text: string): string;
}

// Cyan, magenta, green, blue and the bright forms of the first two: all readable on dark and on light.
const hues = [36, 35, 32, 34, 96, 95];

export function createPaint(useColor: boolean): Paint {
  const sgr = (code: number) => (text: string) => (useColor && text !== "" ? `\u001b[${code}m${text}\u001b[0m` : text);
  return {
    bold: sgr(1),
    dim: sgr(2),
    red: sgr(31),
    yellow: sgr(33),
    nth: (index, text) => sgr(hues[index % hues.length] ?? 0)(text),
  };
}
