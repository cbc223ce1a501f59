/** Messages of the hot paths, coded by hand; tests prove their bytes equal to those of generated code. */
export { ExecuteRequestReader, writeExecuteResponse } from "./execute.js";
export { FrameWriter } from "./frame-writer.js";
export {
  LinkRequestReader,
  type LinkRequestSink,
  writeLinkCall,
  writeLinkCancel,
  writeLinkPing,
} from "./link-request.js";
export {
  type LinkResponseSink,
  readLinkResponse,
  writeLinkDraining,
  writeLinkError,
  writeLinkPong,
  writeLinkResult,
} from "./link-response.js";
export { SessionRequestReader, writeSessionCall } from "./session-request.js";
export { SessionResponseReader, writeSessionResult } from "./session-response.js";
