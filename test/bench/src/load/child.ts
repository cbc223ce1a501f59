import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

const startMs = 20_000;
const endMs = 5_000;

/** Where processes that were started before are reached, by a name that they gave. */
export type Addresses = Readonly<Record<string, string>>;

/** What the process is told, as its only argument. */
export interface ChildOrder {
  /** Of the module whose `start` it calls. */
  readonly module: string;
  readonly addresses: Addresses;
}

/** What the process says: once that it is ready, then an answer to each question. */
export type ChildMessage =
  | { readonly addresses: Addresses }
  | { readonly answer: unknown }
  | { readonly failure: string };

/** A server or a client: a process of one turn, which is asked for what it does. */
export interface Child {
  readonly addresses: Addresses;
  /** One question at a time. Rejects with what failed there, or if no answer comes. */
  ask<Answer>(question: string, value: unknown, limitMs: number): Promise<Answer>;
  /** Resolves when the process is gone. Repeatable. */
  end(): Promise<void>;
}

/** Starts a process that runs `module`, and waits until it is ready. */
export async function startChild(module: URL, addresses: Addresses = {}): Promise<Child> {
  const order = JSON.stringify({ module: module.href, addresses } satisfies ChildOrder);
  const program = fileURLToPath(new URL("./child-process.js", import.meta.url));
  const process = fork(program, [order], { execArgv: [], stdio: ["ignore", "ignore", "pipe", "ipc"] });
  const errors: string[] = [];
  process.stderr?.on("data", (chunk) => errors.push(String(chunk)));
  const exited = once(process, "exit");
  const next = nextMessage(process, errors);
  let ending: Promise<void> | undefined;
  const end = () => {
    ending ??= endProcess(process, exited);
    return ending;
  };
  try {
    const message = await next(startMs, "to start");
    if (!("addresses" in message)) throw new Error("it answered before it was asked");
    return {
      addresses: message.addresses,
      async ask<Answer>(question: string, value: unknown, limitMs: number) {
        const answering = next(limitMs, `to ${question}`);
        process.send({ question, value });
        const reply = await answering;
        if ("failure" in reply) throw new Error(reply.failure);
        return ("answer" in reply ? reply.answer : undefined) as Answer;
      },
      end,
    };
  } catch (error) {
    await end();
    throw error;
  }
}

/** The answer rejects when the process ends or takes too long. */
function nextMessage(process: ChildProcess, errors: readonly string[]) {
  return (limitMs: number, what: string): Promise<ChildMessage> =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(() => settle(() => reject(new Error(`over ${limitMs} ms ${what}`))), limitMs);
      const onMessage = (message: unknown) => settle(() => resolve(message as ChildMessage));
      const onExit = () => settle(() => reject(new Error(`the process ended: ${errors.join("").slice(0, 1_000)}`)));
      const settle = (then: () => void) => {
        clearTimeout(timer);
        process.off("message", onMessage).off("exit", onExit);
        then();
      };
      process.on("message", onMessage).on("exit", onExit);
      if (process.exitCode !== null || process.signalCode !== null) onExit();
    });
}

/** In order: it leaves when its parent hangs up; by force if that takes too long. */
async function endProcess(process: ChildProcess, exited: Promise<unknown>): Promise<void> {
  const timer = setTimeout(() => process.kill("SIGKILL"), endMs);
  if (process.connected) process.disconnect();
  await exited;
  clearTimeout(timer);
}
