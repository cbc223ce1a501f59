import type { CallFlow, ListCallFlowsRequest, ListCallFlowsResponse } from "@weft/contracts/admin";
import { anonymous, type CallRequest, compareVersions, isLatest, type Target } from "@weft/mesh";
import type { ServeUnary } from "@weft/service";
import { unknownFunction } from "../unknown-function.js";
import type { AdminParts } from "./admin-parts.js";

/** AdminService.ListCallFlows: what happens to the calls of each function, step by step. */
export function listCallFlows(parts: AdminParts): ServeUnary<ListCallFlowsRequest, ListCallFlowsResponse> {
  return async (request) => {
    const targets = asked(request, parts);
    if (targets.length === 0 && request.function !== "")
      throw unknownFunction(request.service, request.function, request.version);
    const flows: CallFlow[] = [];
    for (const target of targets) flows.push(await flowOf(target, parts));
    return { flows };
  };
}

function asked(request: ListCallFlowsRequest, { mesh }: AdminParts): Target[] {
  const { service, function: name, version, includeDisabled } = request;
  const services = [...mesh.catalogue.services].filter(([key]) => service === "" || key === service);
  return services
    .flatMap(([, { snapshot }]) => [...snapshot].filter(([key]) => name === "" || key === name))
    .flatMap(([, { versions }]) => [...versions.values()])
    .filter(({ isDisabled }) => includeDisabled || name !== "" || !isDisabled)
    .filter(({ variant: { config } }) => isLatest(version) || config.version === version)
    .sort(byName);
}

function byName({ variant: { config: a } }: Target, { variant: { config: b } }: Target): number {
  const keys = [`${a.service}.${a.function}`, `${b.service}.${b.function}`] as const;
  return keys[0] === keys[1] ? compareVersions(a.version ?? "", b.version ?? "") : keys[0] < keys[1] ? -1 : 1;
}

async function flowOf({ variant: { config, shape } }: Target, { mesh }: AdminParts): Promise<CallFlow> {
  const call = mesh.newCall({ ...nobodysCall, ...named(config), shape }, new AbortController());
  const { steps, nodes } = await mesh.explain(call);
  return {
    config,
    steps: steps.map(({ phase, rule }) => ({ phase, description: rule })),
    reachable: nodes.filter(({ excluded }) => excluded === "").map(({ node }) => node),
    unreachable: nodes.filter(({ excluded }) => excluded !== "").map(({ node }) => node),
  };
}

const named = ({
  service,
  function: functionName,
  version = "",
}: {
  service: string;
  function: string;
  version?: string | undefined;
}) => ({ service, functionName, version });

/** Rules do not depend on the call; a call is what the policies are asked about. */
const nobodysCall: Omit<CallRequest, "service" | "functionName" | "version" | "shape"> = {
  requestId: "call-flow",
  identity: anonymous,
  peerAddress: "",
  deviceId: "",
  idempotencyKey: "",
  trace: { traceparent: "", tracestate: "", baggage: "" },
  payload: undefined,
  deadlineAt: Number.POSITIVE_INFINITY,
  hop: 1,
};
