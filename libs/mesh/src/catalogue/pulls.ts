import { Code, Reason, WeftError } from "@weft/core";
import type { PullOutcome, ServiceCatalogue } from "./service-catalogue.js";

/**
 * Asks the nodes of a service, or of all where the name is empty, for their functions now. Throws if there is no such
 * service, or if none of them could say.
 */
export async function pull(
  service: string,
  isForced: boolean,
  services: ReadonlyMap<string, ServiceCatalogue>,
): Promise<PullOutcome> {
  const asked = [...services].filter(([name]) => service === "" || name === service);
  if (service !== "" && asked.length === 0) throw unknownService(service);
  const answers = await Promise.allSettled(asked.map(([, catalogue]) => catalogue.pull(isForced)));
  const outcomes = answers.flatMap((answer) => (answer.status === "fulfilled" ? [answer.value] : []));
  const [refusal] = answers.flatMap((answer) => (answer.status === "rejected" ? [answer.reason] : []));
  if (refusal !== undefined && outcomes.length === 0) throw refusal;
  return outcomes.includes("updated") ? "updated" : "unchanged";
}

function unknownService(service: string): WeftError {
  return new WeftError(Code.NotFound, `no service "${service}"`, {
    reason: Reason.NoNodesAvailable,
    metadata: { service },
  });
}
