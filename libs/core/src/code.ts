/**
 * The gRPC status codes, by their published numbers.
 * Source: https://grpc.io/docs/guides/status-codes/
 */
export const Code = {
  Ok: 0,
  Cancelled: 1,
  Unknown: 2,
  InvalidArgument: 3,
  DeadlineExceeded: 4,
  NotFound: 5,
  AlreadyExists: 6,
  PermissionDenied: 7,
  ResourceExhausted: 8,
  FailedPrecondition: 9,
  Aborted: 10,
  OutOfRange: 11,
  Unimplemented: 12,
  Internal: 13,
  Unavailable: 14,
  DataLoss: 15,
  Unauthenticated: 16,
} as const;
export type Code = (typeof Code)[keyof typeof Code];

const names = new Map<number, string>(
  Object.entries(Code).map(([name, code]) => [code, name.replace(/(?<=.)(?=[A-Z])/g, "_").toUpperCase()]),
);

/** The name of a status code as the specification writes it: 5 is `NOT_FOUND`. A number outside the table is `UNKNOWN`. */
export function codeName(code: number): string {
  return names.get(code) ?? "UNKNOWN";
}

/** True for a number that stands in the table. */
export function isCode(code: number): code is Code {
  return names.has(code);
}
