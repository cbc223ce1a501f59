export { type Arguments, type CallOptions, type Client, type ClientOptions, createClient } from "./client.js";
export type { ResultStream } from "./result-stream.js";
