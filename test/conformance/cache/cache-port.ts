import { credentials, type ServiceError } from "@grpc/grpc-js";
import { cacheRpcs, type Namespaces } from "@weft/cache";
import { channelOptions, errorFromGrpc } from "@weft/contracts";
import {
  CacheServiceClient,
  CacheServiceService,
  type DescribeRequest,
  type DescribeResponse,
  type ExecuteRequest,
  type ExecuteResponse,
} from "@weft/contracts/cache";
import { silentLogger } from "@weft/core";
import { defineService, serviceSettings, startService } from "@weft/service";

interface Rpcs {
  execute: [ExecuteRequest, ExecuteResponse];
  describe: [DescribeRequest, DescribeResponse];
}

type Send<Request, Response> = (
  request: Request,
  done: (error: ServiceError | null, response: Response) => void,
) => unknown;

/** CacheService on a port of its own. */
export interface CachePort {
  /** host:port. */
  readonly address: string;
  /** One call; rejects with the WeftError that the details say. */
  call<Rpc extends keyof Rpcs>(rpc: Rpc, request: Rpcs[Rpc][0]): Promise<Rpcs[Rpc][1]>;
  close(): Promise<void>;
}

export async function openCachePort(namespaces: Namespaces): Promise<CachePort> {
  const service = defineService({ name: "cache", version: "0", functions: {} });
  const running = await startService(service, {
    settings: serviceSettings.parse({ discovery: "embedded", drainDelayMs: 0 }),
    logger: silentLogger,
    publicPort: ({ serving }) => ({
      listen: "127.0.0.1:0",
      services: [
        {
          name: "weft.cache.v1.CacheService",
          definition: CacheServiceService,
          implementation: cacheRpcs(namespaces, serving),
        },
      ],
    }),
  });
  const client = new CacheServiceClient(running.publicAddress ?? "", credentials.createInsecure(), channelOptions);
  return {
    address: running.publicAddress ?? "",
    call: <Rpc extends keyof Rpcs>(rpc: Rpc, request: Rpcs[Rpc][0]) =>
      new Promise<Rpcs[Rpc][1]>((resolve, reject) => {
        // Rpc, request and response go together by Rpcs, which one call for all of them cannot say.
        const send = client[rpc].bind(client) as unknown as Send<Rpcs[Rpc][0], Rpcs[Rpc][1]>;
        send(request, (error, response) => (error === null ? resolve(response) : reject(errorFromGrpc(error))));
      }),
    async close() {
      client.close();
      await running.close();
    },
  };
}
