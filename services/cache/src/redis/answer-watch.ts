import type { Clock } from "@weft/core";

export interface AnswerWatchOptions {
  readonly clock: Clock;
  /** Calls `dead` once operations wait and none was answered for so long, or half as much longer. */
  readonly timeoutMs: number;
  /** Asks something when nothing else is asked, so that a silent end is seen too. */
  ping(): void;
  dead(): void;
}

/** Counts what was asked and answered on one connection. Costs an operation two additions, not a timer of its own. */
export interface AnswerWatch {
  asked(): void;
  answered(): void;
  readonly waiting: number;
  stop(): void;
}

export function watchAnswers({ clock, timeoutMs, ping, dead }: AnswerWatchOptions): AnswerWatch {
  let asked = 0;
  let answered = 0;
  let before = { answered, waiting: 0 };
  let silentRounds = 0;
  let cancel = clock.after(timeoutMs / 2, look);

  function look(): void {
    silentRounds = before.waiting > 0 && answered === before.answered ? silentRounds + 1 : 0;
    if (silentRounds === 2) dead();
    else {
      if (asked === answered) ping();
      before = { answered, waiting: asked - answered };
      cancel = clock.after(timeoutMs / 2, look);
    }
  }

  return {
    asked() {
      asked += 1;
    },
    answered() {
      answered += 1;
    },
    get waiting() {
      return asked - answered;
    },
    stop: () => cancel(),
  };
}
