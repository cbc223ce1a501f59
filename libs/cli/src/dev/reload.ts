import type { Clock } from "@weft/core";
import { compile, isTypeScript } from "./compile.js";
import type { DevLog } from "./dev-log.js";
import type { KeptProcess } from "./kept-process.js";
import type { ProjectService } from "./project.js";
import { sourcesOf, watchFolder } from "./watch-folder.js";

export interface ReloadOptions {
  readonly service: ProjectService;
  /** Its processes. */
  readonly processes: readonly KeptProcess[];
  readonly nodePath: string;
  readonly log: DevLog;
  readonly clock: Clock;
}

/**
 * Follows the sources of one service: compiles what has changed and puts new processes in the place of the old ones, one
 * after the other, so that calls find one all the time. What does not compile, or not start, changes nothing. The answer
 * ends it.
 */
export function reloadOnChange(options: ReloadOptions): () => Promise<void> {
  const { service, processes, nodePath, log, clock } = options;
  const { folder } = service;
  const isCompiled = isTypeScript(folder);
  let isChanged = false;
  let running: Promise<void> | undefined;

  async function reload(): Promise<void> {
    while (isChanged) {
      isChanged = false;
      const complaint = isCompiled ? await compile({ nodePath, folder }) : undefined;
      if (complaint !== undefined) {
        await log.say("warn", `${service.service} does not compile; the old version stays`);
        for (const line of complaint.split("\n")) await log.complaint(service.service, line);
        continue;
      }
      for (const process of processes)
        if (await process.replace()) await log.say("info", `${process.name} runs the new code`);
    }
  }

  const unwatch = watchFolder({
    paths: sourcesOf(folder, isCompiled),
    clock,
    onChange() {
      isChanged = true;
      running ??= reload().finally(() => {
        running = undefined;
      });
    },
  });
  return async () => {
    isChanged = false;
    await unwatch();
    await running;
  };
}
