import { WeftError } from "@weft/core";
import { logLevels } from "@weft/core/logger";
import { consulConfig, parseDiscovery } from "@weft/discovery";
import { linksPerNode } from "@weft/mesh";
import { z } from "zod";
import { tokenFile } from "./host/token-file.js";

const address = z
  .string()
  .regex(/^(\[[0-9A-Fa-f:.]+\]|[^\s:[\]]+):\d{1,5}$/, "must be HOST:PORT")
  .refine((text) => Number(/\d+$/.exec(text)?.[0] ?? 0) <= 65_535, "must be HOST:PORT, with a port up to 65535");
const whole = (min: number, max: number) => z.coerce.number().int().min(min).max(max);
const bytes = whole(1_000, 64_000_000);

/** What is no JSON is refused by the schema, which names the variable. */
function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

const discovery = z.string().superRefine((text, context) => {
  try {
    parseDiscovery(text);
  } catch (error) {
    context.addIssue(WeftError.from(error).message);
  }
});

/** The settings of every service; one with settings of its own extends this object. */
export const serviceSettings = z.object({
  meshListen: address.default("127.0.0.1:0").meta({
    env: "WEFT_MESH_LISTEN",
    description: "Where callers in the mesh reach this process. Beyond loopback it needs a mesh token.",
  }),
  advertise: address
    .refine((text) => !/:0+$/.test(text), "must name the port that others call, not 0")
    .optional()
    .meta({
      env: "WEFT_ADVERTISE",
      description: "The mesh address that discovery gives to others. Defaults to the one listened on.",
    }),
  discovery: discovery.default("embedded:127.0.0.1:7401").meta({
    env: "WEFT_DISCOVERY",
    description: "embedded:HOST:PORT, consul:HOST:PORT, or embedded: this process serves the registry.",
  }),
  ...consulConfig.shape,
  meshTokenFile: tokenFile.optional().meta({
    env: "WEFT_MESH_TOKEN_FILE",
    description: "A file with the token that callers in the mesh must send.",
  }),
  zone: z
    .string()
    .max(128)
    .default("")
    .meta({ env: "WEFT_ZONE", description: "Where this process runs, for information." }),
  weight: whole(0, 1_000_000).default(1).meta({
    env: "WEFT_WEIGHT",
    description: "Share of the calls of weighted functions that this node gets, beside the others; 0: none.",
  }),
  timeoutMs: whole(1, 3_600_000).default(5_000).meta({
    env: "WEFT_TIMEOUT_MS",
    description: "Time limit of a call when neither the function nor the caller says.",
  }),
  maxTimeoutMs: whole(1, 3_600_000).default(3_600_000).meta({
    env: "WEFT_MAX_TIMEOUT_MS",
    description: "Longest time limit of a unary call, whatever anybody says.",
  }),
  maxRequestBytes: bytes
    .default(1_000_000)
    .meta({ env: "WEFT_MAX_REQUEST_BYTES", description: "Size limit of one request." }),
  maxResponseBytes: bytes.default(1_000_000).meta({
    env: "WEFT_MAX_RESPONSE_BYTES",
    description: "Size limit of one response or stream item.",
  }),
  maxStreamsPerConnection: whole(1, 100_000).default(1_000).meta({
    env: "WEFT_MAX_STREAMS_PER_CONNECTION",
    description: "Calls under way on one connection.",
  }),
  maxStreams: whole(1, 1_000_000).default(10_000).meta({
    env: "WEFT_MAX_STREAMS",
    description: "Calls under way in this process.",
  }),
  links: whole(0, 16).default(linksPerNode).meta({
    env: "WEFT_LINKS",
    description:
      "Links to each node that this process calls, opened as calls need them; 0: every call is an RPC of its own.",
  }),
  workers: whole(1, 256).default(1).meta({
    env: "WEFT_WORKERS",
    description:
      "Processes that share the public port, each a node of its own. Limits, budgets and what is kept hold in each by itself.",
  }),
  drainDelayMs: whole(0, 60_000).optional().meta({
    env: "WEFT_DRAIN_DELAY_MS",
    description: "How long new calls are still taken after leaving discovery. Defaults to 200 embedded, 3,000 consul.",
  }),
  drainTimeoutMs: whole(0, 3_600_000).default(20_000).meta({
    env: "WEFT_DRAIN_TIMEOUT_MS",
    description: "How long calls under way may take to finish at shutdown.",
  }),
  plugins: z
    .record(
      z.string(),
      z.record(z.string(), z.unknown(), "must be an object"),
      "must be a JSON object of plugins' settings",
    )
    .default({})
    .meta({
      env: "WEFT_PLUGINS",
      description: "Settings of plugins: a JSON object by the name of the plugin.",
      fromEnv: jsonOrText,
    }),
  detailErrors: z.stringbool().or(z.boolean()).default(false).meta({
    env: "WEFT_DETAIL_ERRORS",
    description: "Tells callers the text of what a handler threw. It may hold secrets: for development.",
  }),
  logLevel: z
    .enum(logLevels)
    .default("info")
    .meta({ env: "WEFT_LOG_LEVEL", description: `One of ${logLevels.join(", ")}.` }),
});
export type ServiceSettings = Readonly<z.infer<typeof serviceSettings>>;

/** The setting of a service that has a public port. */
export const publicListen = (port: number) =>
  address.default(`127.0.0.1:${port}`).meta({ env: "WEFT_LISTEN", description: "Where clients reach this process." });
