/** A management call that cannot apply. It has changed nothing. */
export class ManagementError extends Error {
  override readonly name = "ManagementError";
  readonly code:
    | "NOT_STARTED"
    | "CLOSED"
    | "NOT_LISTED"
    | "NAME_TAKEN"
    | "PLUGIN_NOT_STARTED"
    | "INVALID_UPDATE"
    | "INVALID_STATUS"
    | "BUSY";

  constructor(code: ManagementError["code"], message: string) {
    super(message);
    this.code = code;
  }
}
