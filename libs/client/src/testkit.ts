import { Server, ServerCredentials } from "@grpc/grpc-js";
import { type GatewayServiceServer, GatewayServiceService } from "@weft/contracts/gateway";

/** A gateway that answers what the test tells it to, over a real socket. */
export interface FakeGateway {
  /** `host:port`, the port a free one. */
  readonly address: string;
  /** Ends every connection. */
  close(): void;
}

/** Methods that `answers` leaves out are UNIMPLEMENTED. */
export async function startFakeGateway(answers: Partial<GatewayServiceServer>): Promise<FakeGateway> {
  const server = new Server();
  server.addService(GatewayServiceService, answers as GatewayServiceServer);
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) => {
      if (error === null) resolve(bound);
      else reject(error);
    });
  });
  return { address: `127.0.0.1:${port}`, close: () => server.forceShutdown() };
}
