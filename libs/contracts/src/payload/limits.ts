/** How much a payload may hold, and what its root is called in error messages. */
export interface PayloadLimits {
  /** Objects and lists inside each other, the root included. */
  readonly maxDepth: number;
  /** Values below the root, objects and lists included; a key that stands twice counts twice. */
  readonly maxValues: number;
  /** The first word of every path in a message. */
  readonly field: string;
}

/**
 * For what callers send, the same for Struct and JSON. 32 levels keep every reader's stack flat, 10,000 values keep the
 * cost of one request in the low milliseconds; both are far above what a call's arguments need.
 */
export const payloadLimits: PayloadLimits = { maxDepth: 32, maxValues: 10_000, field: "args" };

/** For what functions answer: as deep as arguments, but bounded in size by the response limit alone. */
export const resultLimits: PayloadLimits = { maxDepth: 32, maxValues: Number.POSITIVE_INFINITY, field: "result" };
