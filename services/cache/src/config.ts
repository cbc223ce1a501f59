import { publicListen, serviceSettings } from "@weft/service";
import { z } from "zod";
import { limitSettings, wholeNumberIn } from "./namespaces/limit-settings.js";
import { namespacesSetting } from "./namespaces/settings.js";

/** The settings of the cache service. */
export const cacheSettings = serviceSettings.extend({
  ...limitSettings.shape,
  namespaces: namespacesSetting,
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
  workers: z.coerce
    .number()
    .int()
    .min(1)
    .max(1, "must be 1: the entries are in the memory of one process, and each worker would hold others")
    .default(1)
    .meta({ env: "WEFT_WORKERS", description: "Processes of this service: one, for the entries are in its memory." }),
});
export type CacheSettings = Readonly<z.infer<typeof cacheSettings>>;
