/**
 * What ends a call before its time: an AbortController that makes its signal when somebody asks for it. Measured on Node
 * 20: a controller costs 30 ns, its signal 4,000 and a listener on that as much again, more than all else that admits a
 * typical call; a listener by `onAbort` costs 40. Nearly all calls end without.
 */
export class CallAbort implements AbortController {
  #isAborted = false;
  #reason: unknown;
  #listeners: (() => void)[] | undefined;
  #controller: AbortController | undefined;

  get isAborted(): boolean {
    return this.#isAborted;
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#isAborted) this.#controller.abort(this.#reason);
    }
    return this.#controller.signal;
  }

  /** The first reason counts. */
  abort(reason: unknown = new DOMException("This operation was aborted", "AbortError")): void {
    if (this.#isAborted) return;
    this.#isAborted = true;
    this.#reason = reason;
    this.#controller?.abort(reason);
    const listeners = this.#listeners ?? [];
    for (let next = listeners.shift(); next !== undefined; next = listeners.shift()) next();
  }

  /** Like a listener on the signal, in the order of their coming. */
  listen(listener: () => void): void {
    if (this.#listeners === undefined) this.#listeners = [listener];
    else this.#listeners.push(listener);
  }

  forget(listener: () => void): void {
    const at = this.#listeners?.indexOf(listener) ?? -1;
    if (at >= 0) this.#listeners?.splice(at, 1);
  }
}

/** Whether it has fired, without making a signal to know. */
export function isAborted(abort: Pick<AbortController, "signal">): boolean {
  return abort instanceof CallAbort ? abort.isAborted : abort.signal.aborted;
}

/** Calls `listener` once if it fires from now on, without making a signal for that. The answer takes the listener off. */
export function onAbort(abort: Pick<AbortController, "signal">, listener: () => void): () => void {
  if (abort instanceof CallAbort) {
    abort.listen(listener);
    return () => abort.forget(listener);
  }
  const { signal } = abort;
  signal.addEventListener("abort", listener, { once: true });
  return () => signal.removeEventListener("abort", listener);
}
