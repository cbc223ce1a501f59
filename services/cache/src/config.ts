import { publicListen, serviceSettings } from "@weft/service";
import { z } from "zod";
import { limitSettings, wholeNumberIn } from "./namespaces/limit-settings.js";
import { namespacesSetting } from "./namespaces/settings.js";
import { storeProblems, storeSettings } from "./store-settings.js";

const settings = serviceSettings.extend({
  ...limitSettings.shape,
  namespaces: namespacesSetting,
  ...storeSettings.shape,
  expiry_every_ms: z.int().min(0).max(3_600_000).default(0).meta({
    env: "WEFT_CACHE_EXPIRY_EVERY_MS",
    description: "Pause between rounds that remove expired entries. 0: they go when touched or when room is needed.",
    fromEnv: wholeNumberIn,
  }),
  permission: z.enum(["public", "any_authenticated"]).default("public").meta({
    env: "WEFT_CACHE_PERMISSION",
    description:
      "Who may call the functions of the service: public, as its own port is open too, or any_authenticated.",
  }),
  listen: publicListen(7410),
});

/** The settings of the cache service. */
export const cacheSettings = settings.superRefine((given, context) => {
  for (const { setting, message } of storeProblems(given))
    context.addIssue({ code: "custom", path: [setting], message });
});
export type CacheSettings = Readonly<z.infer<typeof cacheSettings>>;
