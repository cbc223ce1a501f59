import { InvalidArgumentError } from "commander";

// What a deadline can express without trouble, and far beyond any function's limit.
const dayMs = 86_400_000;

/** Options of every command that asks a gateway. */
export interface GatewayOptions {
  readonly gateway?: string;
  readonly token?: string;
  readonly json?: boolean;
}

/** Options of the commands that call a function. */
export interface CallCommandOptions extends GatewayOptions {
  readonly args?: string;
  readonly timeout?: number;
  readonly idempotencyKey?: string;
  readonly requestId?: string;
  readonly fnVersion?: string;
}

export function milliseconds(text: string): number {
  return wholeNumber(text, dayMs);
}

/** A whole number from 1, for options that have a bound of their own. */
export function atMost(max: number): (text: string) => number {
  return (text) => wholeNumber(text, max);
}

export function count(text: string): number {
  return wholeNumber(text, Number.MAX_SAFE_INTEGER);
}

function wholeNumber(text: string, max: number): number {
  const value = /^\d{1,16}$/.test(text) ? Number(text) : 0;
  if (value >= 1 && value <= max) return value;
  throw new InvalidArgumentError(`It must be a whole number from 1 to ${max}.`);
}

export function functionName(text: string): string {
  if (/^[^.]+\..+$/.test(text)) return text;
  throw new InvalidArgumentError("It must be SERVICE.FUNCTION, such as places.find.");
}
