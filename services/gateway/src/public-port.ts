import { AdminServiceService } from "@weft/contracts/admin";
import { GatewayServiceService } from "@weft/contracts/gateway";
import { duplexRpc, type OpenPublicPort, streamRpc, unaryRpc } from "@weft/service";
import { adminService } from "./admin/admin-service.js";
import { createPermit } from "./admin/permit.js";
import { callerOf } from "./caller.js";
import { describeFunction } from "./describe-function.js";
import { execute } from "./execute.js";
import { explainCall } from "./explain-call.js";
import { withFrames } from "./frames.js";
import { getResult } from "./get-result.js";
import { listFunctions } from "./list-functions.js";
import { createParts, type PartsOptions } from "./parts.js";
import { session } from "./session/session.js";
import { stopStream } from "./stop-stream.js";
import { stream } from "./stream.js";

export interface PublicPortOptions extends PartsOptions {
  /** What a service must send to push its functions. Absent: nobody may. */
  readonly pushToken: string | undefined;
}

/** What clients and operators reach. */
export function openPublicPort(options: PublicPortOptions): OpenPublicPort {
  return async (context) => {
    const { settings, pushToken } = options;
    const { serving, clock } = context;
    const parts = await createParts(options, context);
    const { mesh, live, asyncResults, nearResults } = parts;
    const { catalogue } = mesh;
    const run = { execute: execute(mesh), stream: stream(mesh, live) };
    const permit = createPermit({ allowed: settings.adminActions, role: settings.adminRole });
    return {
      listen: settings.listen,
      connect: (connection) => mesh.connect(connection),
      services: [
        {
          name: "weft.v1.GatewayService",
          definition: withFrames(GatewayServiceService),
          implementation: {
            execute: unaryRpc(serving, (request, rpc) => run.execute(request, callerOf(rpc))),
            stream: streamRpc(serving, (request, rpc, send) => run.stream(request, callerOf(rpc), send)),
            session: duplexRpc(serving, session({ ...run, live, serving })),
            stopStream: unaryRpc(serving, stopStream(live)),
            getResult: unaryRpc(serving, getResult({ asyncResults, serving, clock })),
            listFunctions: unaryRpc(serving, listFunctions(catalogue)),
            describeFunction: unaryRpc(serving, describeFunction(catalogue)),
            explainCall: unaryRpc(serving, explainCall({ mesh, permitExplainAs: (rpc) => permit("explain_as", rpc) })),
          },
        },
        {
          name: "weft.v1.AdminService",
          definition: AdminServiceService,
          implementation: adminService({ parts: { ...parts, pushToken, clock }, permit, serving }),
        },
      ],
      chains: [mesh.policies],
      async close() {
        nearResults?.close();
        await mesh.close();
      },
    };
  };
}
