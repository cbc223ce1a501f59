/** The two ways of a unary call between nodes, for `describe.each`: a fault has the same outcome on both. */
export const transports = [
  { transport: "links", links: 2 },
  { transport: "plain gRPC", links: 0 },
] as const;
