import type { ExecuteResponse, SessionResult, StreamResponse } from "@weft/contracts/gateway";

// Ids, names and the frames of fields around a result, at most.
const overheadBytes = 512;

// What statusFromError bounds an error to, nearly always far less.
const errorBytes = 1_024;

/** About how many bytes a result has on the wire: never too few by more than its names are long. */
export function resultSize({ result }: SessionResult): number {
  switch (result?.$case) {
    case "execute":
      return overheadBytes + outcomeBytes(result.value.outcome);
    case "stream":
      return overheadBytes + contentBytes(result.value.content);
    case "error":
      return errorBytes;
    default:
      return 8;
  }
}

function outcomeBytes(outcome: ExecuteResponse["outcome"]): number {
  return outcome === undefined ? 0 : outcome.value.length;
}

function contentBytes(content: StreamResponse["content"]): number {
  return content?.$case === "item" || content?.$case === "itemJson" ? content.value.length : 0;
}
