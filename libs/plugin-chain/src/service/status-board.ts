import type { Clock } from "@weft/core";
import type { AdminStatus, Status, StatusChange } from "../life-cycle-callbacks.js";
import { textOf } from "../plugin-error.js";

/** What is wanted of a service, what it does, and what went wrong last. */
export interface StatusBoard {
  admin: AdminStatus;
  readonly status: Status;
  /** Of the last change of status. */
  readonly reason: string | undefined;
  readonly changedAtWallTime: number;
  readonly lastError: { readonly message: string; readonly atWallTime: number } | undefined;
  /** Changes the status and tells everyone; the same status again is no change. */
  set(status: Status, reason?: string): void;
  /** The first start: nobody is told, since nothing runs yet that could listen. */
  begin(): void;
  /** Notes a failure; the status is the caller's business. */
  note(error: unknown): void;
}

export function createStatusBoard(service: string, clock: Clock, notify: (change: StatusChange) => void): StatusBoard {
  let status: Status = "unknown";
  let reason: string | undefined;
  let changedAtWallTime = clock.wallTime();
  let lastError: StatusBoard["lastError"];
  return {
    admin: "inactive",
    get status() {
      return status;
    },
    get reason() {
      return reason;
    },
    get changedAtWallTime() {
      return changedAtWallTime;
    },
    get lastError() {
      return lastError;
    },
    begin() {
      status = "starting";
    },
    set(next, why) {
      if (next === status) return;
      const previous = status;
      status = next;
      reason = why;
      changedAtWallTime = clock.wallTime();
      notify({ service, status, previous, reason });
    },
    note(error) {
      lastError = { message: textOf(error), atWallTime: clock.wallTime() };
    },
  };
}
