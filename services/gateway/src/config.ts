import { publicListen, serviceSettings } from "@weft/service";
import { z } from "zod";

const ms = (max: number) => z.coerce.number().int().min(1).max(max);

/** Comma-separated in the environment, a list in a file. */
const names = z.preprocess(
  (value) => (typeof value === "string" ? value.split(",").map((name) => name.trim()) : value),
  z.array(z.string().regex(/^(\*|[a-z]+(_[a-z]+)*)$/, "must be names such as list_nodes, or *")),
);

export const gatewaySettings = z.object({
  ...serviceSettings.shape,
  listen: publicListen(7400),
  timeoutMs: ms(3_600_000).default(5_000).meta({
    env: "WEFT_TIMEOUT_MS",
    description: "Time limit of a call when neither the function nor the client says.",
  }),
  maxTimeoutMs: ms(3_600_000).default(3_600_000).meta({
    env: "WEFT_MAX_TIMEOUT_MS",
    description: "Longest time limit of a unary call, whatever anybody says.",
  }),
  adminActions: names.default([]).meta({
    env: "WEFT_ADMIN_ACTIONS",
    description: "Admin actions that anybody may take, such as list_nodes; * for all. None by default.",
  }),
});
export type GatewaySettings = Readonly<z.infer<typeof gatewaySettings>>;
