/** Of loads over the network: the first seconds are the compiler's. */
export const loadTurns = {
  full: { warmUpMs: 1_000, measureMs: 2_000 },
  quick: { warmUpMs: 300, measureMs: 500 },
} as const;
