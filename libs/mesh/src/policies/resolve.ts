import { type Clock, Code, Reason, sleep, WeftError } from "@weft/core";
import { cont, type Plugin } from "@weft/plugin-chain";
import { type Call, targetOf } from "../call.js";
import type { Catalogue } from "../catalogue/catalogue.js";
import type { Target } from "../catalogue/target.js";
import { isLatest } from "../catalogue/version.js";
import { type ExplainedStep, explainStep, refusalOf } from "../explanation.js";
import type { Pipeline } from "../pipeline.js";
import { timedOut } from "./timed-out.js";

export interface ResolveOptions {
  readonly catalogue: Catalogue;
  readonly clock: Clock;
  /** How long a call waits for the first answer of discovery. Defaults to 2 s: a restart's worth. */
  readonly discoveryWaitMs?: number;
}

/** Finds the function and the nodes that hold it. */
export function resolve(options: ResolveOptions): Plugin<Pipeline> {
  const { catalogue, clock, discoveryWaitMs = 2_000 } = options;

  /** Answers from what is known; what is unknown now may become known while discovery is still at work. */
  function admit(call: Call): typeof cont | Promise<typeof cont> {
    const { service, functionName, version } = call.request;
    const target = catalogue.find(service, functionName, version);
    const isMissing = target === undefined || (typeof target === "object" && !holdsNamed(call, target));
    return isMissing && !catalogue.isReady(service) ? admitOnceReady(call) : take(call, target);
  }

  async function admitOnceReady(call: Call): Promise<typeof cont> {
    const { service, functionName, version } = call.request;
    const waited = new AbortController();
    const limit = AbortSignal.any([waited.signal, call.abort.signal]);
    const waitMs = Math.min(discoveryWaitMs, Math.max(0, call.deadlineAt - clock.now()));
    await Promise.race([catalogue.whenReady(service, limit), sleep(waitMs, { clock, signal: limit }).catch(() => {})]);
    waited.abort();
    const nowMs = clock.now();
    if (call.deadlineAt - nowMs < 1) throw timedOut(call, nowMs); // what is unknown now is not known to be missing
    if (!catalogue.isSynced())
      throw new WeftError(Code.Unavailable, "no list of nodes from discovery yet", {
        reason: Reason.DiscoveryNotReady,
        retryAfterMs: 1_000,
      });
    return take(call, catalogue.find(service, functionName, version));
  }

  return {
    name: "resolve",
    callbacks: {
      admit,
      explain: (next) => async (call) => {
        const refusal = await refusalOf(() => admit(call));
        // Without a function there is nothing that the other policies could speak of.
        if (refusal !== undefined) return { steps: [explained(call, refusal)], nodes: [] };
        return explainStep(explained)(next)(call);
      },
    },
  };
}

function explained(call: Call, refusal?: WeftError): ExplainedStep {
  const { version } = call.request;
  const step = {
    phase: "resolve",
    rule: isLatest(version) ? "the highest enabled version" : `version ${version}, exactly`,
  };
  if (refusal !== undefined) return { ...step, reason: refusal.message, refusal };
  const { variant, candidates } = targetOf(call);
  const { config } = variant;
  return {
    ...step,
    reason: `${config.version === undefined ? "the unversioned function" : `version ${config.version}`} on ${candidates.length} ${candidates.length === 1 ? "node" : "nodes"}`,
    details: { version: config.version ?? null, mode: config.mode, hash: config.hash, nodes: candidates.length },
  };
}

function take(call: Call, target: Target | "disabled" | undefined): typeof cont {
  if (target === undefined) throw unknown("unsupported", Reason.FunctionNotFound, call);
  if (target === "disabled") throw unknown("disabled", Reason.FunctionDisabled, call);
  const { service, functionName, shape } = call.request;
  if (target.variant.shape === "stream" && shape === "unary")
    throw new WeftError(Code.FailedPrecondition, `${service}.${functionName} is a stream function: call it by Stream`, {
      reason: Reason.WrongCallShape,
      metadata: { allowed: "Stream" },
    });
  call.target = call.request.node === undefined ? target : onNamed(call, target);
  return cont;
}

function holdsNamed({ request: { node } }: Call, { candidates }: Target): boolean {
  return node === undefined || candidates.some(({ id }) => id === node);
}

/** The target on no node but the one that the call names. */
function onNamed(call: Call, target: Target): Target {
  const { node, service } = call.request;
  const candidates = target.candidates.filter(({ id }) => id === node);
  if (candidates.length > 0) return { ...target, candidates };
  throw new WeftError(Code.Unavailable, `node "${node}" of service "${service}" is not available`, {
    reason: Reason.NoNodesAvailable,
    retryAfterMs: 1_000,
  });
}

function unknown(word: "unsupported" | "disabled", reason: string, call: Call): WeftError {
  const { service, functionName, version } = call.request;
  const shown = isLatest(version) ? "latest" : version;
  return new WeftError(Code.Unimplemented, `${word} function: ${functionName} version ${shown}`, {
    reason,
    metadata: { service, function: functionName, version: shown },
  });
}
