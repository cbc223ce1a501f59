import { credentials } from "@grpc/grpc-js";
import { AdminServiceService } from "@weft/contracts/admin";
import { GatewayServiceService } from "@weft/contracts/gateway";
import type { Clock, Logger } from "@weft/core";
import {
  type CountWork,
  cacheCounters,
  createAsyncResults,
  createMesh,
  createNearResults,
  createOutcomeStore,
  createRateLimits,
  createRecentCalls,
  grpcDial,
  ownerOf,
  type Pipeline,
  sharedRateLimiter,
  type TokenKeys,
} from "@weft/mesh";
import type { Plugin } from "@weft/plugin-chain";
import {
  defineService,
  duplexRpc,
  type OpenPublicPort,
  type PublicPort,
  type PublicPortContext,
  type RunningService,
  readTokenFile,
  startService,
  streamRpc,
  unaryRpc,
} from "@weft/service";
import { adminService } from "./admin/admin-service.js";
import { createPermit } from "./admin/permit.js";
import { callerOf } from "./caller.js";
import type { GatewaySettings } from "./config.js";
import { describeFunction } from "./describe-function.js";
import { execute } from "./execute.js";
import { explainCall } from "./explain-call.js";
import { withFrames } from "./frames.js";
import { getResult } from "./get-result.js";
import { findIdentity } from "./identity/find-identity.js";
import { readKeyFile } from "./identity/key-files.js";
import { operatorLimits } from "./limit-settings.js";
import { listFunctions } from "./list-functions.js";
import { createLiveStreams } from "./live-streams.js";
import { gatewayPipeline } from "./pipeline.js";
import { session } from "./session/session.js";
import { stopStream } from "./stop-stream.js";
import { stream } from "./stream.js";

/** The gateway is a service like any other; it has no functions of its own. */
const gateway = defineService({ name: "gateway", version: "0.1.0", functions: {} });

export interface GatewayOptions {
  /** Plugins of yours for the pipeline. They stand outermost, unless they say `before` or `after` which policy. */
  readonly plugins?: readonly Plugin<Pipeline>[];
  readonly clock?: Clock;
}

/** Starts a gateway: the functions of every service that discovery knows, behind one port. */
export async function startGateway(
  settings: GatewaySettings,
  logger: Logger,
  options: GatewayOptions = {},
): Promise<RunningService> {
  const { plugins = [], clock } = options;
  const fileKeys = readKeyFile(settings);
  const { pushTokenFile } = settings;
  const pushToken = pushTokenFile === undefined ? undefined : readTokenFile(pushTokenFile, "WEFT_PUSH_TOKEN_FILE");
  const publicPort: OpenPublicPort = (context) => openPublicPort({ settings, plugins, fileKeys, pushToken }, context);
  return startService(gateway, { settings, logger, publicPort, ...(clock && { clock }) });
}

interface PublicPortOptions {
  readonly settings: GatewaySettings;
  readonly plugins: readonly Plugin<Pipeline>[];
  readonly fileKeys: TokenKeys | undefined;
  readonly pushToken: string | undefined;
}

async function openPublicPort(options: PublicPortOptions, context: PublicPortContext): Promise<PublicPort> {
  const { settings, plugins, fileKeys, pushToken } = options;
  const { backend, node, meshToken, serving, clock, logger } = context;
  const { maxResponseBytes, links } = settings;
  const countWork: CountWork = (abort) => serving.liveCalls.enter({ abort, connection: undefined, isStream: false });
  const recentCalls = createRecentCalls({ clock });
  const identity = findIdentity({ settings, fileKeys, clock, logger });
  const counters = cacheCounters((call) => mesh.callInternally(call)); // by the mesh whose calls they count
  const rateLimits = createRateLimits({
    operator: operatorLimits(settings.rateLimits),
    failOpen: settings.rateLimitFailOpen,
    ...(settings.rateLimits.shared && { limiter: sharedRateLimiter({ counters, clock }) }),
    clock,
    logger,
  });
  const live = createLiveStreams(node);
  const { asyncResultTtlMs: keepMs } = settings;
  const asyncResults = createAsyncResults({
    store: createOutcomeStore({
      callInternally: (call) => mesh.callInternally(call),
      isThere: () => mesh.catalogue.find("cache", "get", "") !== undefined,
      keepMs,
      clock,
      logger,
    }),
    holdRequestId: ({ request, abort }) => live.hold({ requestId: request.requestId, owner: ownerOf(request), abort }),
    keepMs,
    clock,
  });
  const { nearCacheEntries: maxEntries } = settings;
  const nearResults =
    maxEntries === 0 ? undefined : createNearResults({ maxEntries, caller: node, clock, random: Math.random });
  const mesh = await createMesh({
    backend,
    pull: settings.pull,
    dial: grpcDial({ credentials: credentials.createInsecure(), meshToken, maxResponseBytes, links }),
    plugins: (catalogue) =>
      gatewayPipeline({
        settings,
        plugins,
        recentCalls,
        identity,
        rateLimits,
        asyncResults,
        nearResults,
        catalogue,
        countWork,
        node,
        clock,
        logger,
      }),
    countWork,
    clock,
    random: Math.random,
    logger,
  });
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
        implementation: adminService({
          parts: { mesh, recentCalls, rateLimits, nearResults, pushToken, clock },
          permit,
          serving,
        }),
      },
    ],
    chains: [mesh.policies],
    async close() {
      nearResults?.close();
      await mesh.close();
    },
  };
}
