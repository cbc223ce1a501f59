import type { FunctionSummary } from "@weft/contracts/gateway";
import { functionRows, functionsHeading } from "../commands/function-rows.js";
import type { Paint } from "../output/paint.js";
import { table } from "../output/table.js";
import type { ReadyProcess } from "./dev-mesh.js";

export interface ReadyMesh {
  readonly gateway: ReadyProcess;
  readonly services: readonly ReadyProcess[];
  readonly functions: readonly FunctionSummary[];
  readonly elapsedMs: number;
}

/** What `weft dev` says when everything runs, with calls to paste. */
export function readyText({ gateway, services, functions, elapsedMs }: ReadyMesh, paint: Paint): string {
  const address = gateway.publicAddress ?? "";
  const doors = services.flatMap(({ name, publicAddress }) =>
    publicAddress === undefined ? [] : [{ name, publicAddress }],
  );
  const { method, request, command } = sample(functions);
  const atGateway = address === "127.0.0.1:7400" ? "" : ` --gateway ${address}`;
  const lines = [
    "",
    paint.bold(`Ready in ${(elapsedMs / 1_000).toFixed(1)} s: gateway at ${address}`),
    ...doors.map(({ name, publicAddress }) => `${name} at ${publicAddress}`),
    "",
    table(functionsHeading, functionRows(functions), paint),
    paint.bold("Try one of these in another terminal; Ctrl-C here stops everything."),
    `npx weft ${command}${atGateway}`,
    `grpcurl -plaintext -d '${request}' ${address} ${method}`,
    `npx buf curl --protocol grpc --http2-prior-knowledge -d '${request}' http://${address}/${method}`,
    "",
  ];
  return `${lines.join("\n")}\n`;
}

/** The same for programs: one line of JSON with `"type":"ready"`. */
export function readyLine({ gateway, services, functions, elapsedMs }: ReadyMesh): string {
  const ready = {
    type: "ready",
    gateway: gateway.publicAddress,
    elapsedMs: Math.round(elapsedMs),
    processes: [gateway, ...services],
    functions: functions.map(({ service, function: name }) => `${service}.${name}`),
  };
  return `${JSON.stringify(ready)}\n`;
}

/** A call that works: of the example service where it runs, else the question that every gateway answers. */
function sample(functions: readonly FunctionSummary[]) {
  const hasExample = functions.some((each) => each.service === "places" && each.function === "find");
  if (!hasExample) return { method: "weft.v1.GatewayService/ListFunctions", request: "{}", command: "functions" };
  return {
    method: "weft.v1.GatewayService/Execute",
    request: '{"service":"places","function":"find","args":{"id":"2643743"}}',
    command: "call places.find id=2643743",
  };
}
