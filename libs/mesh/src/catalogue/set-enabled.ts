import { configEvents } from "../events/events.js";
import type { ServiceCatalogue } from "./service-catalogue.js";
import type { Switches } from "./switches.js";

/** A function that an operator switches on or off. */
export interface SwitchedFunction {
  readonly service: string;
  readonly functionName: string;
  /** Absent: all of them, those to come too. */
  readonly version?: string | undefined;
}

export interface SwitchOptions {
  readonly services: ReadonlyMap<string, ServiceCatalogue>;
  readonly switches: Switches;
}

/**
 * Puts an operator's switch. Answers how many versions stand another way now; `undefined`: there is no such function or
 * version, neither now nor among the switches, so that what has vanished can still be switched on again.
 */
export function setEnabled(target: SwitchedFunction, isEnabled: boolean, options: SwitchOptions): number | undefined {
  const { services, switches } = options;
  const { service, functionName, version } = target;
  const known = [...(services.get(service)?.snapshot.get(functionName)?.versions.keys() ?? [])];
  const meant = known.filter((each) => version === undefined || each === version);
  if (meant.length === 0 && !switches.isHeld(service, functionName, version)) return undefined;

  const others = meant.filter((each) => switches.isOff(service, functionName, each) === isEnabled);
  switches.set(service, functionName, version, !isEnabled);
  services.get(service)?.refresh();

  const event = isEnabled ? configEvents.enable : configEvents.disable;
  if (event.hasListeners) for (const each of others) event.publish({ service, function: functionName, version: each });
  return others.length;
}
