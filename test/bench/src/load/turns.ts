/** Of loads over the network. The first seconds of a process are the compiler's: until then a peer looks four times as slow. */
export const loadTurns = {
  full: { settleMs: 6_000, warmUpMs: 500, measureMs: 2_000 },
  quick: { settleMs: 3_500, warmUpMs: 200, measureMs: 800 },
} as const;
