export { authorization } from "./authorization.js";
export {
  type Arguments,
  type CallOptions,
  type Client,
  type ClientOptions,
  createClient,
  type ExplainOptions,
} from "./client.js";
export type { ResultStream } from "./result-stream.js";
