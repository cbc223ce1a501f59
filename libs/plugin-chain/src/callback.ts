import type { Cont, Continue } from "./cont.js";

/** The parameters of a callback: a tuple of fixed length. */
export type Parameters = readonly unknown[];

declare const types: unique symbol;

/** A declared callback. What an implementer writes and what a caller gets exist for the compiler alone. */
export interface Callback<Kind extends string, Implement, Call> {
  readonly kind: Kind;
  /** How many arguments a call has. */
  readonly arity: number;
  readonly [types]?: { readonly implement: Implement; readonly call: Call };
}

/** Answers, or continues with `cont` (the same arguments) or `cont(...others)`. */
export type StepImplementation<Args extends Parameters, Answer> = (
  this: void,
  ...args: Args
) => Answer | Continue<Args> | Cont | Promise<Answer | Continue<Args> | Cont>;

/** Wraps what lies below. Called once per compiled chain, so state that outlives a swap belongs to the plugin. */
export type AroundImplementation<Args extends Parameters, Result> = (
  this: void,
  next: (...args: Args) => Result,
) => (...args: Args) => Result;

/** Told what happened; cannot keep it from others. */
export type NotifyImplementation<Args extends Parameters> = (this: void, ...args: Args) => void | Promise<void>;

/** Agrees or not. */
export type AllImplementation<Args extends Parameters> = (this: void, ...args: Args) => boolean | Promise<boolean>;

export interface StepCallback<Args extends Parameters, Answer>
  extends Callback<"step", StepImplementation<Args, Answer>, (...args: Args) => Answer | Promise<Answer>> {
  /** The answer if nobody answers; without it such a call throws `UnhandledCallback`. */
  readonly fallback: { readonly answer: Answer } | undefined;
}

export interface AroundCallback<Args extends Parameters, Result>
  extends Callback<"around", AroundImplementation<Args, Result>, (...args: Args) => Result> {
  /** What the lowest `next` does; without it such a call throws `UnhandledCallback`. */
  readonly fallback: ((...args: Args) => Result) | undefined;
}

export type NotifyCallback<Args extends Parameters> = Callback<
  "notify",
  NotifyImplementation<Args>,
  (...args: Args) => void
>;

export type AllCallback<Args extends Parameters> = Callback<
  "all",
  AllImplementation<Args>,
  (...args: Args) => boolean | Promise<boolean>
>;

/** The callbacks that a service and its plugins share, by name. */
export type Callbacks = Readonly<Record<string, AnyCallback>>;

// The variance of a callback lies in its phantom alone, so every declaration fits this.
type AnyCallback =
  | (Callback<"step", unknown, unknown> & { readonly fallback: { readonly answer: unknown } | undefined })
  | (Callback<"around", unknown, unknown> & { readonly fallback: unknown })
  | Callback<"notify", unknown, unknown>
  | Callback<"all", unknown, unknown>;

/** What a plugin may implement. */
export type Implementations<C extends Callbacks> = {
  readonly [Name in keyof C]: C[Name] extends Callback<string, infer Implement, unknown> ? Implement : never;
};

/** The compiled chain: one function per declared callback. */
export type Dispatch<C extends Callbacks> = {
  readonly [Name in keyof C]: C[Name] extends Callback<string, unknown, infer Call> ? Call : never;
};

/**
 * What a declaration is given. Types are gone when a call arrives with too few or too many arguments, so any number but
 * one is stated once more; the compiler checks that it agrees with the tuple.
 */
type Declared<Args extends Parameters, Options> = Args["length"] extends 1
  ? [options?: Options & { readonly arity?: 1 }]
  : [options: Options & { readonly arity: Args["length"] }];

/** Declares a callback that one plugin answers: asked from the top down, the first answer counts. */
export function step<Args extends Parameters, Answer>(
  ...declared: Declared<Args, { readonly default?: Answer }>
): StepCallback<Args, Answer> {
  const options: { arity?: number; default?: Answer } = declared[0] ?? {};
  const fallback = "default" in options ? { answer: options.default as Answer } : undefined;
  return Object.freeze({ kind: "step", arity: options.arity ?? 1, fallback });
}

/** Declares a callback whose implementers wrap each other, so that they can time, cache, retry or change the result. */
export function around<Args extends Parameters, Result>(
  ...declared: Declared<Args, { readonly default?: (...args: Args) => Result }>
): AroundCallback<Args, Result> {
  const options: { arity?: number; default?: (...args: Args) => Result } = declared[0] ?? {};
  return Object.freeze({ kind: "around", arity: options.arity ?? 1, fallback: options.default });
}

/** Declares a callback that tells every implementer, from the top down. */
export function notify<Args extends Parameters>(...declared: Declared<Args, object>): NotifyCallback<Args> {
  const options: { arity?: number } = declared[0] ?? {};
  return Object.freeze({ kind: "notify", arity: options.arity ?? 1 });
}

/** Declares a question to which every implementer must agree: asked from the top down, the first "no" decides. */
export function all<Args extends Parameters>(...declared: Declared<Args, object>): AllCallback<Args> {
  const options: { arity?: number } = declared[0] ?? {};
  return Object.freeze({ kind: "all", arity: options.arity ?? 1 });
}
