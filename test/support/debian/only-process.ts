import { readFile, rm, writeFile } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";

const lockMs = 180_000;

/** Runs `action` while no other process does, by a lock file: test files run side by side. */
export async function onlyProcess(lock: string, action: () => Promise<void>): Promise<void> {
  const untilMs = Date.now() + lockMs;
  while (!(await taken(lock))) {
    if (Date.now() > untilMs) throw new Error(`another process holds ${lock}`);
    await delay(100);
  }
  try {
    await action();
  } finally {
    await rm(lock, { force: true });
  }
}

async function taken(lock: string): Promise<boolean> {
  try {
    await writeFile(lock, String(process.pid), { flag: "wx" });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
  const holder = Number(await readFile(lock, "utf8").catch(() => ""));
  if (holder > 0 && !isAlive(holder)) await rm(lock, { force: true }); // left behind by a process that was killed
  return false;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
