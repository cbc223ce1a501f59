import { credentials } from "@grpc/grpc-js";
import {
  type AsyncResults,
  type CountWork,
  cacheCounters,
  createAsyncResults,
  createMesh,
  createNearResults,
  createOutcomeStore,
  createRateLimits,
  createRecentCalls,
  grpcDial,
  type InternalCall,
  type Mesh,
  type NearResults,
  ownerOf,
  type Pipeline,
  type RateLimits,
  type RecentCalls,
  sharedRateLimiter,
  type TokenKeys,
} from "@weft/mesh";
import type { Plugin } from "@weft/plugin-chain";
import type { PublicPortContext } from "@weft/service";
import type { GatewaySettings } from "./config.js";
import { findIdentity } from "./identity/find-identity.js";
import { operatorLimits } from "./limit-settings.js";
import { createLiveStreams, type LiveStreams } from "./live-streams.js";
import { gatewayPipeline } from "./pipeline.js";

export interface PartsOptions {
  readonly settings: GatewaySettings;
  readonly plugins: readonly Plugin<Pipeline>[];
  readonly fileKeys: TokenKeys | undefined;
}

/** What a gateway is made of: the mesh with its policies, and what of them is asked or told from outside. */
export interface Parts {
  readonly mesh: Mesh;
  readonly live: LiveStreams;
  readonly recentCalls: RecentCalls;
  readonly rateLimits: RateLimits;
  readonly asyncResults: AsyncResults;
  /** Absent: this gateway keeps no copies of results. */
  readonly nearResults: NearResults | undefined;
}

export async function createParts(options: PartsOptions, context: PublicPortContext): Promise<Parts> {
  const { settings, plugins, fileKeys } = options;
  const { backend, node, meshToken, serving, clock, logger } = context;
  const { maxResponseBytes, links, rateLimitFailOpen: failOpen, nearCacheEntries, asyncResultTtlMs: keepMs } = settings;
  const countWork: CountWork = (abort) => serving.liveCalls.enter({ abort, connection: undefined, isStream: false });
  const callInternally = (call: InternalCall) => mesh.callInternally(call); // by the mesh whose calls it is about
  const hasCache = () => mesh.catalogue.find("cache", "get", "") !== undefined;

  const live = createLiveStreams(node);
  const recentCalls = createRecentCalls({ clock });
  const identity = findIdentity({ settings, fileKeys, clock, logger });
  const operator = operatorLimits(settings.rateLimits);
  const shared = settings.rateLimits.shared && {
    limiter: sharedRateLimiter({ counters: cacheCounters(callInternally), clock }),
  };
  const rateLimits = createRateLimits({ operator, failOpen, ...shared, clock, logger });
  const asyncResults = createAsyncResults({
    store: createOutcomeStore({ callInternally, hasCache, keepMs, clock, logger }),
    holdRequestId: ({ request, abort }) => live.hold({ requestId: request.requestId, owner: ownerOf(request), abort }),
    keepMs,
    clock,
  });
  const nearResults =
    nearCacheEntries === 0
      ? undefined
      : createNearResults({ maxEntries: nearCacheEntries, caller: node, clock, random: Math.random });

  const policies = { recentCalls, identity, rateLimits, asyncResults, nearResults };
  const mesh: Mesh = await createMesh({
    backend,
    pull: settings.pull,
    dial: grpcDial({ credentials: credentials.createInsecure(), meshToken, maxResponseBytes, links }),
    plugins: (catalogue) =>
      gatewayPipeline({ settings, plugins, ...policies, catalogue, countWork, node, clock, logger }),
    countWork,
    clock,
    random: Math.random,
    logger,
  });
  return { mesh, live, recentCalls, rateLimits, asyncResults, nearResults };
}
