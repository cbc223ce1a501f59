import { Code, WeftError } from "@weft/core";

/**
 * Which functions an operator has switched off, apart from what their authors say. A switch stays where it was put,
 * whatever is published meanwhile, also for a function that vanishes and comes back.
 */
export interface Switches {
  isOff(service: string, functionName: string, version: string): boolean;
  /** True if this version has been set apart; without a version: if anything of the function is switched off. */
  isHeld(service: string, functionName: string, version?: string): boolean;
  /** One version, or all of them if that is `undefined`: those to come too. */
  set(service: string, functionName: string, version: string | undefined, isOff: boolean): void;
}

/** How a function stands as a whole, and which versions stand the other way. */
interface FunctionSwitch {
  isOff: boolean;
  readonly others: Set<string>;
}

export function createSwitches(
  options: { /** Defaults to 10,000 (about 2 MB). */ readonly max?: number } = {},
): Switches {
  const { max = 10_000 } = options;
  const switches = new Map<string, FunctionSwitch>();
  let count = 0;

  /** Forgetting the oldest instead would bring a function back that somebody has switched off. */
  function makeRoom(): void {
    if (count < max) return;
    throw new WeftError(
      Code.ResourceExhausted,
      `${max} functions are switched off, which is the limit: enable some first`,
    );
  }

  function setAll(key: string, isOff: boolean): void {
    const before = switches.get(key);
    if (isOff && before === undefined) makeRoom();
    if (before !== undefined) count -= 1 + before.others.size;
    switches.delete(key);
    if (!isOff) return;
    switches.set(key, { isOff, others: new Set() });
    count++;
  }

  function setOne(key: string, version: string, isOff: boolean): void {
    const whole = switches.get(key) ?? { isOff: false, others: new Set() };
    if (isOff === whole.isOff) {
      if (whole.others.delete(version)) count--;
    } else if (!whole.others.has(version)) {
      makeRoom();
      whole.others.add(version);
      count++;
      if (!switches.has(key)) {
        switches.set(key, whole);
        count++;
      }
    }
    if (!whole.isOff && whole.others.size === 0 && switches.delete(key)) count--;
  }

  return {
    isOff(service, functionName, version) {
      if (switches.size === 0) return false;
      const found = switches.get(keyOf(service, functionName));
      return found !== undefined && found.others.has(version) !== found.isOff;
    },
    isHeld(service, functionName, version) {
      const found = switches.get(keyOf(service, functionName));
      return version === undefined ? found !== undefined : found?.others.has(version) === true;
    },
    set(service, functionName, version, isOff) {
      const key = keyOf(service, functionName);
      if (version === undefined) setAll(key, isOff);
      else setOne(key, version, isOff);
    },
  };
}

// Names of services hold no dot.
function keyOf(service: string, functionName: string): string {
  return `${service}.${functionName}`;
}
