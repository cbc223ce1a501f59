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
