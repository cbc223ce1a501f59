import { credentials, Metadata, type ServiceError } from "@grpc/grpc-js";
import { channelOptions, errorFromGrpc } from "@weft/contracts";
import { AdminServiceClient } from "@weft/contracts/admin";
import {
  type DescribeFunctionRequest,
  type DescribeFunctionResponse,
  type ExecuteRequest,
  type ExecuteResponse,
  GatewayServiceClient,
  type GetResultRequest,
  type GetResultResponse,
  type ListFunctionsRequest,
  type ListFunctionsResponse,
  type StopStreamRequest,
  type StopStreamResponse,
} from "@weft/contracts/gateway";
import { silentLogger, type WeftError } from "@weft/core";
import { type GatewayOptions, gatewaySettings, startGateway } from "@weft/gateway";
import { type RunningService, type ServiceDefinition, serviceSettings, startService } from "@weft/service";
import { until } from "./within.js";

/** A gateway and services in this process, on free ports, with real sockets between them. */
export interface RunningMesh {
  readonly gateway: RunningService;
  /** host:port of the gateway. */
  readonly address: string;
  readonly client: GatewayServiceClient;
  readonly admin: AdminServiceClient;
  /** Starts one more node; it is callable when this resolves. */
  add(service: ServiceDefinition, settings?: object): Promise<RunningService>;
  close(): Promise<void>;
}

// No reason to be patient in a test: who left is known at once.
const quick = { drainDelayMs: 0 };

export async function runMesh(
  services: readonly ServiceDefinition[],
  settings: object = {},
  options: GatewayOptions = {},
): Promise<RunningMesh> {
  const gateway = await startGateway(
    gatewaySettings.parse({ ...quick, listen: "127.0.0.1:0", discovery: "embedded", adminActions: ["*"], ...settings }),
    silentLogger,
    options,
  );
  const address = gateway.publicAddress ?? "";
  const client = new GatewayServiceClient(address, credentials.createInsecure(), channelOptions);
  const admin = new AdminServiceClient(address, credentials.createInsecure(), channelOptions);
  const nodes: RunningService[] = [];

  async function add(service: ServiceDefinition, own: object = {}): Promise<RunningService> {
    const discovery = `embedded:${gateway.meshAddress}`;
    const node = await startService(service, {
      settings: serviceSettings.parse({ ...quick, discovery, ...own }),
      logger: silentLogger,
    });
    nodes.push(node);
    await listed(client, service, (count) => count >= nodes.filter((one) => one.node.service === service.name).length);
    return node;
  }

  for (const service of services) await add(service);
  return {
    gateway,
    address,
    client,
    admin,
    add,
    async close() {
      client.close();
      admin.close();
      await Promise.all(nodes.map((node) => node.close()));
      await gateway.close();
    },
  };
}

/** Resolves when the gateway lists a service's functions on as many nodes as `isEnough` says. */
async function listed(
  client: GatewayServiceClient,
  service: ServiceDefinition,
  isEnough: (nodes: number) => boolean,
): Promise<void> {
  const all = { service: service.name, includeDisabled: true, pageSize: 0, pageToken: "" };
  const isListed = async () => {
    const { functions } = await unary(client, "listFunctions", all);
    return functions.length > 0 && functions.every(({ nodes }) => isEnough(nodes));
  };
  await until(isListed, `a gateway that lists ${service.name}`);
}

interface UnaryRpcs {
  execute: [ExecuteRequest, ExecuteResponse];
  stopStream: [StopStreamRequest, StopStreamResponse];
  listFunctions: [ListFunctionsRequest, ListFunctionsResponse];
  describeFunction: [DescribeFunctionRequest, DescribeFunctionResponse];
  getResult: [GetResultRequest, GetResultResponse];
}

/** One call as a promise; rejects with the WeftError that the details say. */
export function unary<M extends keyof UnaryRpcs>(
  client: GatewayServiceClient,
  method: M,
  request: UnaryRpcs[M][0],
  limitMs = 10_000,
): Promise<UnaryRpcs[M][1]> {
  return new Promise((resolve, reject) => {
    const options = { deadline: Date.now() + limitMs };
    const done = (error: ServiceError | null, response: UnaryRpcs[M][1]) =>
      error === null ? resolve(response) : reject(errorFromGrpc(error));
    (client[method] as (...args: unknown[]) => unknown).call(client, request, new Metadata(), options, done);
  });
}

/** What a promise rejects with. */
export function failure(promise: Promise<unknown>): Promise<WeftError> {
  return promise.then(
    () => Promise.reject(new Error("the call did not fail")),
    (error) => error,
  );
}
