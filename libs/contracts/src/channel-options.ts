import type { ChannelOptions } from "@grpc/grpc-js";

/**
 * What every channel of ours sets (defaults of grpc-js 1.14 that do harm inside a mesh): its HTTP proxy support catches
 * loopback and pod addresses too, its own retries would multiply with ours, service configs come by DNS, and channelz
 * costs on every call. A channel has its own connections, so that a stuck one can be thrown away.
 */
export const channelOptions: ChannelOptions = {
  "grpc.enable_http_proxy": 0,
  "grpc.enable_retries": 0,
  "grpc.enable_channelz": 0,
  "grpc.service_config_disable_resolution": 1,
  "grpc.use_local_subchannel_pool": 1,
  "grpc.initial_reconnect_backoff_ms": 200,
  "grpc.max_reconnect_backoff_ms": 5_000,
  "grpc.keepalive_time_ms": 30_000,
  "grpc.keepalive_timeout_ms": 10_000,
};
