import { z } from "zod";

const file = z.string().min(1).optional();

/** The settings of a process that finds nodes through Consul. Variables are named as Consul's own command line has them. */
export const consulConfig = z.object({
  consulToken: z
    .string()
    .min(1)
    .optional()
    .meta({ env: "CONSUL_HTTP_TOKEN", description: "ACL token. Prefer the file: it can be rotated." }),
  consulTokenFile: file.meta({
    env: "CONSUL_HTTP_TOKEN_FILE",
    description: "File with the ACL token, read again before each call. Wins over the token.",
  }),
  consulTls: z
    .union([z.boolean(), z.stringbool()])
    .default(false)
    .meta({ env: "CONSUL_HTTP_SSL", description: "Speak HTTPS to Consul." }),
  consulCaFile: file.meta({ env: "CONSUL_CACERT", description: "CA certificate to check Consul's own with." }),
  consulCertFile: file.meta({ env: "CONSUL_CLIENT_CERT", description: "Certificate to show to Consul." }),
  consulKeyFile: file.meta({ env: "CONSUL_CLIENT_KEY", description: "Key of that certificate." }),
  consulWaitMs: z.coerce
    .number()
    .int()
    .min(1_000)
    .max(600_000)
    .default(30_000)
    .meta({ env: "CONSUL_WAIT_MS", description: "Longest hang without news. Consul caps it at 10 minutes." }),
});
export type ConsulConfig = Readonly<z.infer<typeof consulConfig>>;
