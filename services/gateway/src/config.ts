import { isReservedRole } from "@weft/mesh";
import { publicListen, serviceSettings } from "@weft/service";
import { z } from "zod";
import { identityProblems } from "./identity/setting-problems.js";
import { identitySettings } from "./identity/settings.js";
import { limitSettings } from "./limit-settings.js";
import { sourceSettings } from "./source-settings.js";

/** Comma-separated in the environment, a list in a file. */
const names = z.preprocess(
  (value) => (typeof value === "string" ? value.split(",").map((name) => name.trim()) : value),
  z.array(z.string().regex(/^(\*|[a-z]+(_[a-z]+)*)$/, "must be names such as list_nodes, or *")),
);

const settings = z.object({
  ...serviceSettings.shape,
  listen: publicListen(7400),
  ...identitySettings.shape,
  adminActions: names.default([]).meta({
    env: "WEFT_ADMIN_ACTIONS",
    description: "Admin actions that anybody may take, such as list_nodes; * for all. None by default.",
  }),
  adminRole: z
    .string()
    .min(1)
    .refine((role) => !isReservedRole(role), "must not begin with weft., as no user has such a role")
    .default("admin")
    .meta({
      env: "WEFT_ADMIN_ROLE",
      description: "Users with this role may take every admin action.",
    }),
  ...limitSettings.shape,
  nearCacheEntries: z.coerce.number().int().min(0).max(1_000_000).default(10_000).meta({
    env: "WEFT_NEAR_CACHE_ENTRIES",
    description:
      "Kept results to hold copies of in this process, up to 32 MiB, as long as the cache tells of changes; 0: none.",
  }),
  asyncResultTtlMs: z.coerce.number().int().min(1_000).max(86_400_000).default(600_000).meta({
    env: "WEFT_ASYNC_RESULT_TTL_MS",
    description: "How long callers can ask for the outcome of an async call once it is over.",
  }),
  ...sourceSettings.shape,
});

export const gatewaySettings = settings.superRefine((given, context) => {
  for (const { setting, message } of identityProblems(given))
    context.addIssue({ code: "custom", path: [setting], message });
});
export type GatewaySettings = Readonly<z.infer<typeof gatewaySettings>>;
