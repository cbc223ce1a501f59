import type { StopStreamRequest, StopStreamResponse } from "@weft/contracts/gateway";
import { ownerOf } from "@weft/mesh";
import type { ServeUnary } from "@weft/service";
import type { LiveStreams } from "./live-streams.js";

/** GatewayService.StopStream. That there is nothing to stop is an answer, not an error. */
export function stopStream(live: LiveStreams): ServeUnary<StopStreamRequest, StopStreamResponse> {
  return ({ stream: asked }, { connection }) => {
    const owner = ownerOf(connection);
    const found =
      asked && (asked.$case === "streamId" ? live.byId(asked.value, owner) : live.byRequestId(asked.value, owner));
    found?.stop();
    return { stopped: found !== undefined, lastSequence: found?.lastSequence ?? 0 };
  };
}
