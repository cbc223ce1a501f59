import type { CallOptions, ClientUnaryCall, Metadata, ServiceError } from "@grpc/grpc-js";
import { errorFromGrpc } from "@weft/contracts";

/** A method of a generated client. */
type UnaryMethod<Request, Response> = (
  request: Request,
  metadata: Metadata,
  options: Partial<CallOptions>,
  callback: (error: ServiceError | null, response: Response) => void,
) => ClientUnaryCall;

export interface UnaryOptions {
  readonly metadata: Metadata;
  readonly deadline: Date;
  /** Cancels the RPC, which then ends as CANCELLED. */
  readonly signal: AbortSignal | undefined;
}

/** A method with a callback as one with a promise, that fails with a WeftError. */
export function unary<Request, Response>(
  method: UnaryMethod<Request, Response>,
): (request: Request, options: UnaryOptions) => Promise<Response> {
  return (request, { metadata, deadline, signal }) =>
    new Promise((resolve, reject) => {
      const cancel = () => call.cancel();
      const call = method(request, metadata, { deadline }, (error, response) => {
        signal?.removeEventListener("abort", cancel);
        if (error === null) resolve(response);
        else reject(errorFromGrpc(error));
      });
      signal?.addEventListener("abort", cancel, { once: true });
      if (signal?.aborted) cancel();
    });
}
