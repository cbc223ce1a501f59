/** Nobody answered a call and its callback declares no default, or the call had the wrong number of arguments. */
export class UnhandledCallback extends Error {
  override readonly name = "UnhandledCallback";
  readonly callback: string;

  constructor(callback: string, detail = "no plugin answered it and it declares no default") {
    super(`callback "${callback}" was not handled: ${detail}`);
    this.callback = callback;
  }
}
