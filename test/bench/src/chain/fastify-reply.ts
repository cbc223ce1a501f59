/** As much of fastify's reply as hooks see: who sends ends the run. One class for all copies of fastify-hooks.ts. */
export class Reply {
  sent = false;
  answer = "";
  readonly #resolve: ((answer: string) => void) | undefined;

  constructor(resolve?: (answer: string) => void) {
    this.#resolve = resolve;
  }

  send(answer: string): void {
    this.sent = true;
    this.answer = answer;
    this.#resolve?.(answer);
  }
}
