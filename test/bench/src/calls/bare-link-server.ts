import { NodeServiceService } from "@weft/contracts/node";
import { silentLogger, systemClock } from "@weft/core";
import { createLinks, withLinkFrames } from "@weft/service";
import type { Start } from "../load/actor.js";
import { listen } from "../load/grpc-js.js";
import { type Arguments, find, fromJson, toJson } from "./work.js";

const unlimited = { maxRequestBytes: 1_000_000, maxResponseBytes: 1_000_000, detailErrors: false };

/** The serving side of a link on a plain grpc-js server: no plugins, no checks, no context for the function. */
export const start: Start = async () => {
  const links = createLinks({
    host: { limits: unlimited, execute: async ({ argsJson }) => toJson(find(fromJson<Arguments>(argsJson))) },
    liveCalls: { enter: () => () => {} },
    clock: systemClock,
    logger: silentLogger,
  });
  const { link } = withLinkFrames(NodeServiceService);
  return { addresses: { server: await listen({ link }, { link: links.serve }) } };
};
