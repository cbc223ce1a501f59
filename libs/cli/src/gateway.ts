import { type CallOptions, credentials, Metadata, type ServiceError } from "@grpc/grpc-js";
import { authorization, type Client, createClient } from "@weft/client";
import { channelOptions, errorFromGrpc } from "@weft/contracts";
import { AdminServiceClient, type AdminServiceService } from "@weft/contracts/admin";
import { Code, Reason, WeftError } from "@weft/core";
import { isAddress } from "./address.js";
import type { GatewayOptions } from "./commands/options.js";
import type { Terminal } from "./terminal.js";
import { UsageError } from "./usage-error.js";

/** What the commands ask of a gateway: the calls of any client, and those of an operator. */
export interface Gateway extends Client {
  /** An action of AdminService. */
  admin<Action extends AdminAction>(
    action: Action,
    request: AdminTypes<Action>["request"],
    metadata?: Readonly<Record<string, string>>,
  ): Promise<AdminTypes<Action>["response"]>;
}

type AdminAction = keyof typeof AdminServiceService;
type AdminRpc<Request, Response> = (
  request: Request,
  metadata: Metadata,
  options: Partial<CallOptions>,
  done: (error: ServiceError | null, response: Response) => void,
) => unknown;
type AdminTypes<Action extends AdminAction> =
  AdminServiceClient[Action] extends AdminRpc<infer Request, infer Response>
    ? { readonly request: Request; readonly response: Response }
    : never;

const defaultAddress = "127.0.0.1:7400";

// Operators' questions are answered from memory, so a gateway that takes longer is stuck.
const adminLimitMs = 5_000;

// Nodes are asked in turn here, 5 s each.
const pullLimitMs = 60_000;

/** Which gateway, and who asks it. */
export interface GatewayTarget {
  readonly address: string;
  /** Left out: anonymous. */
  readonly token?: string;
}

/** What the options say, else WEFT_GATEWAY and WEFT_TOKEN. */
export function gatewayTarget(options: GatewayOptions, { env }: Pick<Terminal, "env">): GatewayTarget {
  const address = options.gateway ?? (env.WEFT_GATEWAY || defaultAddress);
  const token = options.token ?? (env.WEFT_TOKEN || undefined);
  if (isAddress(address)) return { address, ...(token !== undefined && { token }) };
  const named = options.gateway === undefined ? "WEFT_GATEWAY" : "--gateway";
  throw new UsageError([`${named} must be HOST:PORT, got "${address}"`]);
}

export function connect({ address, token }: GatewayTarget): Gateway {
  const client = createClient(address, token === undefined ? {} : { token });
  const admin = new AdminServiceClient(address, credentials.createInsecure(), channelOptions);
  return {
    ...client,
    admin: (action, request, metadata = {}) =>
      new Promise((resolve, reject) => {
        const sent = new Metadata();
        if (token !== undefined) sent.set("authorization", authorization(token));
        for (const [key, value] of Object.entries(metadata)) sent.set(key, value);
        // Action, request and response go together by AdminTypes, which one call for all of them cannot say.
        const rpc: unknown = admin[action].bind(admin);
        (rpc as AdminRpc<typeof request, never>)(
          request,
          sent,
          { deadline: Date.now() + (action === "pullFunctions" ? pullLimitMs : adminLimitMs) },
          (error, response) => {
            if (error === null) resolve(response);
            else reject(errorFromGrpc(error));
          },
        );
      }),
    close() {
      admin.close();
      client.close();
    },
  };
}

/** Connects for the time of `work`. Nobody there is the commonest failure, so that error names the address. */
export async function withGateway<T>(target: GatewayTarget, work: (gateway: Gateway) => Promise<T>): Promise<T> {
  const gateway = connect(target);
  try {
    return await work(gateway);
  } catch (error) {
    throw isNobodyThere(error) ? nobodyThere(target.address, error) : error;
  } finally {
    gateway.close();
  }
}

// An error without a domain was made on this side; the same one from a gateway speaks of a node.
function isNobodyThere(error: unknown): error is WeftError {
  if (!(error instanceof WeftError) || error.reason !== Reason.ConnectionLost) return false;
  return error.domain === undefined && error.metadata.processed === "no";
}

function nobodyThere(gateway: string, cause: WeftError): WeftError {
  return new WeftError(Code.Unavailable, `no gateway answers at ${gateway}`, {
    reason: Reason.ConnectionLost,
    metadata: { gateway },
    cause,
  });
}
