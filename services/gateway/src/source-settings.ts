import { serviceName } from "@weft/contracts";
import { isNodeAddress } from "@weft/mesh";
import { tokenFile } from "@weft/service";
import { z } from "zod";

const pulledService = z.strictObject({
  service: z.string().regex(serviceName, "must be the name of a service"),
  nodes: z.array(z.string().refine(isNodeAddress, "must be HOST:PORT")).min(1).max(100),
});

const pulledServices = z
  .array(pulledService, 'must be a JSON array such as [{"service":"billing","nodes":["10.0.0.5:7000"]}]')
  .superRefine((services, context) => {
    services.forEach(({ service }, index) => {
      if (services.findIndex((each) => each.service === service) < index)
        context.addIssue({ code: "custom", message: "must be named once", path: [index, "service"] });
    });
  });

/** What is no JSON is refused by the schema, which names the variable. */
function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Where functions come from, beside discovery. */
export const sourceSettings = z.object({
  pull: pulledServices.default([]).meta({
    env: "WEFT_PULL",
    description:
      'Services outside discovery to ask for their functions: [{"service":"billing","nodes":["10.0.0.5:7000"]}].',
    fromEnv: jsonOrText,
  }),
  pushTokenFile: tokenFile.optional().meta({
    env: "WEFT_PUSH_TOKEN_FILE",
    description: "A file with the token that services must send to push their functions. None: nobody may.",
  }),
});
