/** The fault of one plugin: which, in which hook or callback, and of what kind. */
export class PluginError extends Error {
  override readonly name = "PluginError";
  readonly code: "HOOK_FAILED" | "HOOK_TIMEOUT" | "INVALID_RETURN" | "CHILDREN_FAILED" | "MEMBER_TAKEN";
  readonly plugin: string;
  /** The hook or callback. */
  readonly hook: string;

  constructor(
    code: PluginError["code"],
    at: { readonly plugin: string; readonly hook: string },
    detail: string,
    cause?: unknown,
  ) {
    super(`plugin "${at.plugin}", ${at.hook}: ${detail}`, cause === undefined ? undefined : { cause });
    this.code = code;
    this.plugin = at.plugin;
    this.hook = at.hook;
  }
}

/** What an unknown throw says, for a sentence. */
export function textOf(thrown: unknown): string {
  if (typeof thrown === "object" && thrown !== null && "message" in thrown) return String(thrown.message);
  return String(thrown);
}
