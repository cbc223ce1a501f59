import { Metadata, type ServiceError } from "@grpc/grpc-js";
import { errorFromGrpc } from "@weft/contracts";
import { ExecuteRequest, type ExecuteResponse } from "@weft/contracts/gateway";
import type { RunningMesh } from "../../support/running-mesh.js";

/** Who calls, and with what. */
export interface Caller {
  readonly user?: string;
  readonly address?: string;
  readonly args?: object;
  readonly timeoutMs?: number;
}

export function metadataOf({ user, address }: Caller): Metadata {
  const metadata = new Metadata();
  if (user !== undefined) metadata.set("x-weft-user", user);
  if (address !== undefined) metadata.set("x-forwarded-for", address);
  return metadata;
}

/** What a call ends with, as grpc-js tells it: the trailers are seen too. */
export function execute(mesh: RunningMesh, name: string, caller: Caller = {}): Promise<ExecuteResponse> {
  const { args = {}, timeoutMs = 10_000 } = caller;
  const request = ExecuteRequest.fromPartial({
    service: "svc",
    function: name,
    arguments: { $case: "argsJson", value: Buffer.from(JSON.stringify(args)) },
  });
  const options = { deadline: Date.now() + timeoutMs };
  return new Promise((resolve, reject) => {
    mesh.client.execute(request, metadataOf(caller), options, (error: ServiceError | null, response) =>
      error === null ? resolve(response) : reject(error),
    );
  });
}

/** "ok", or the reason of the refusal. */
export function outcome(mesh: RunningMesh, name: string, caller: Caller = {}): Promise<string> {
  return execute(mesh, name, caller).then(
    () => "ok",
    (error) => errorFromGrpc(error).reason,
  );
}

export async function outcomes(mesh: RunningMesh, times: number, name: string, caller: Caller = {}): Promise<string[]> {
  const found: string[] = [];
  for (let call = 0; call < times; call++) found.push(await outcome(mesh, name, caller));
  return found;
}

export const ok = (times: number) => Array<string>(times).fill("ok");

/** One answer of AdminService. */
export function ask<Response>(
  run: (done: (error: ServiceError | null, response: Response) => void) => unknown,
): Promise<Response> {
  return new Promise((resolve, reject) => {
    run((error, response) => (error === null ? resolve(response) : reject(errorFromGrpc(error))));
  });
}
