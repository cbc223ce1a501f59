import { type CallOptions, Metadata, type ServiceError } from "@grpc/grpc-js";
import { errorFromGrpc } from "@weft/contracts";
import type { AdminServiceClient, AdminServiceService } from "@weft/contracts/admin";

type Action = keyof typeof AdminServiceService;
type Rpc<Request, Response> = (
  request: Request,
  metadata: Metadata,
  options: Partial<CallOptions>,
  done: (error: ServiceError | null, response: Response) => void,
) => unknown;
type Types<A extends Action> =
  AdminServiceClient[A] extends Rpc<infer Request, infer Response> ? { request: Request; response: Response } : never;

/** One admin action as a promise; rejects with the WeftError that the details say. */
export function adminCall<A extends Action>(
  admin: AdminServiceClient,
  action: A,
  request: Types<A>["request"],
  metadata: Readonly<Record<string, string>> = {},
): Promise<Types<A>["response"]> {
  return new Promise((resolve, reject) => {
    const sent = new Metadata();
    for (const [key, value] of Object.entries(metadata)) sent.set(key, value);
    // Action, request and response go together by Types, which one call for all of them cannot say.
    const rpc: unknown = admin[action].bind(admin);
    (rpc as Rpc<typeof request, never>)(request, sent, { deadline: Date.now() + 20_000 }, (error, response) =>
      error === null ? resolve(response) : reject(errorFromGrpc(error)),
    );
  });
}
