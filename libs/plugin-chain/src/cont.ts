declare const passed: unique symbol;

/** The answer of a step that passes the call on with other arguments. */
export interface Continue<Args extends readonly unknown[]> {
  readonly [passed]: Args;
}

/** The type of `cont`. */
export interface Cont {
  <Args extends readonly unknown[]>(...args: Args): Continue<Args>;
  readonly [passed]: "the same";
}

class Continuation {
  readonly args: readonly unknown[];

  constructor(args: readonly unknown[]) {
    this.args = args;
  }
}

/**
 * What a step returns to pass the call on: `cont` itself with the same arguments, `cont(...others)` with others. No
 * value of a user can be mistaken for it, and it never reaches the caller of a chain.
 */
export const cont = ((...args: readonly unknown[]) => new Continuation(args)) as unknown as Cont;

/** The arguments that a step continues with; undefined if it returned anything else. */
export function continuedArgs(returned: unknown): readonly unknown[] | undefined {
  return returned instanceof Continuation ? returned.args : undefined;
}
