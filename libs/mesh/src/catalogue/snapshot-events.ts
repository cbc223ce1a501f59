import { configEvents } from "../events/events.js";
import type { ServiceSnapshot } from "./snapshot.js";

const { add, batchAdd, delete: deleted, clear } = configEvents;

interface NamedVersion {
  readonly service: string;
  readonly function: string;
  readonly version: string;
}

/** Tells listeners what a new snapshot of a service brings and takes away. */
export function publishChanges(service: string, before: ServiceSnapshot, after: ServiceSnapshot): void {
  if (!(add.hasListeners || batchAdd.hasListeners || deleted.hasListeners || clear.hasListeners)) return;
  const added = [...versionsOf(service, after)].filter((one) => hashIn(after, one) !== hashIn(before, one));
  const [first] = added;
  if (first !== undefined && added.length === 1) add.publish(first);
  if (added.length > 1) batchAdd.publish({ service, count: added.length });

  for (const gone of versionsOf(service, before)) if (hashIn(after, gone) === undefined) deleted.publish(gone);
  if (after.size === 0 && before.size > 0) clear.publish({ service });
}

function* versionsOf(service: string, snapshot: ServiceSnapshot): Iterable<NamedVersion> {
  for (const [name, { versions }] of snapshot)
    for (const version of versions.keys()) yield { service, function: name, version };
}

function hashIn(snapshot: ServiceSnapshot, { function: name, version }: NamedVersion): string | undefined {
  return snapshot.get(name)?.versions.get(version)?.variant.config.hash;
}
