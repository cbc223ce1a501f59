/** Nobody answered a call and its callback declares no default, or the call had the wrong number of arguments. */
export class UnhandledCallback extends Error {
  override readonly name = "UnhandledCallback";
  readonly callback: string;

  constructor(callback: string, detail = "no plugin answered it and it declares no default") {
    super(`callback "${callback}" was not handled: ${detail}`);
    this.callback = callback;
  }
}

/** An implementer returned what its kind of callback does not allow. */
export class InvalidReturn extends Error {
  override readonly name = "InvalidReturn";
  readonly plugin: string;
  readonly callback: string;

  constructor(plugin: string, callback: string, detail: string) {
    super(`plugin "${plugin}" returned ${detail} from "${callback}"`);
    this.plugin = plugin;
    this.callback = callback;
  }
}
