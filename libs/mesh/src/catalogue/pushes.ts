import { Code, Reason, type Violation, WeftError } from "@weft/core";
import semver from "semver";
import { invalidArguments } from "../arguments/violations.js";
import { configEvents } from "../events/events.js";
import { checkPush, type PushRequest } from "./check-push.js";
import { createPushedService, type PushedService, type PushedSet } from "./pushed-service.js";
import type { ServiceCatalogue } from "./service-catalogue.js";
import type { ServiceOptions } from "./service-functions.js";

/** accepted: the set is what calls see. skipped: that version is held already. */
export type PushOutcome = "accepted" | "skipped";

export interface PushOptions extends Omit<ServiceOptions, "service"> {
  readonly services: ReadonlyMap<string, ServiceCatalogue>;
  /** Puts a service in the place of what was there. */
  readonly put: (service: string, catalogue: ServiceCatalogue) => void;
  /** Why a service may not push: who else gives its functions. */
  readonly otherSource: (service: string) => string | undefined;
}

// Names come from outside, so they are bounded.
const maxServices = 1_000;

/**
 * Takes the whole set of a service, or nothing of it. The same version again is skipped; a lower one is STALE_VERSION;
 * `force` takes both. Throws VALIDATION_FAILED with every fault of every definition.
 */
export function push(request: PushRequest, options: PushOptions): PushOutcome {
  const { services, rejected, compile } = options;
  const { service, nodes, configVersion: version, functions, force } = request;
  const known = services.get(service);
  const held = isPushed(known) ? known : undefined;

  const checked = checkPush(request, { held: held?.variants ?? [], compile });
  const otherSource = options.otherSource(service);
  const taken: Violation[] = otherSource === undefined ? [] : [{ field: "service", description: otherSource }];
  const violations = [...taken, ...checked.violations];
  for (const definition of checked.rejected) rejected.add(definition);
  if (violations.length > 0) throw invalidArguments(violations, "functions").with({ reason: Reason.ValidationFailed });

  if (held?.version === version && !force) return "skipped";
  if (held !== undefined && !force && isLower(version, held.version)) throw stale(service, version, held.version);
  const set: PushedSet = { version, nodes, variants: checked.variants };
  if (held !== undefined) held.replace(set);
  else {
    makeRoom(services);
    options.put(service, createPushedService({ ...options, service }, set));
  }
  if (configEvents.push.hasListeners) configEvents.push.publish({ service, count: functions.length });
  return "accepted";
}

export function isPushed(service: ServiceCatalogue | undefined): service is PushedService {
  return service?.source === "push";
}

function isLower(version: string, held: string): boolean {
  return semver.valid(version) !== null && semver.valid(held) !== null && semver.lt(version, held);
}

function stale(service: string, version: string, held: string): WeftError {
  return new WeftError(
    Code.FailedPrecondition,
    `version ${version} of ${service} is lower than ${held}, which is held`,
    {
      reason: Reason.StaleVersion,
      metadata: { service, version, stored_version: held },
    },
  );
}

function makeRoom(services: ReadonlyMap<string, ServiceCatalogue>): void {
  const count = [...services.values()].filter(isPushed).length;
  if (count < maxServices) return;
  throw new WeftError(
    Code.ResourceExhausted,
    `${maxServices} services have pushed their functions, which is the limit`,
  );
}
