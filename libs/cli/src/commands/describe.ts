import type { FunctionConfig } from "@weft/contracts/function";
import type { DescribeFunctionResponse } from "@weft/contracts/gateway";
import { definitionOf } from "@weft/mesh/definition";
import type { Command } from "commander";
import { gatewayTarget, withGateway } from "../gateway.js";
import { createPaint } from "../output/paint.js";
import type { Terminal } from "../terminal.js";
import { describedText } from "./described-text.js";
import { functionName, type GatewayOptions } from "./options.js";

interface DescribeOptions extends GatewayOptions {
  readonly fnVersion?: string;
  readonly manifest?: boolean;
}

/** `weft describe`: all that a caller needs to know of one function. */
export function addDescribe(command: Command, terminal: Terminal): void {
  command
    .argument("<function>", "as SERVICE.FUNCTION", functionName)
    .option("--fn-version <version>", "of the function (default: the latest)")
    .option("--manifest", "print its manifest alone, in YAML")
    .description("Show what a function does and takes.")
    .action(async (name: string, options: DescribeOptions) => {
      const { out, stop: signal } = terminal;
      const version = options.fnVersion === undefined ? {} : { version: options.fnVersion };
      const described = await withGateway(gatewayTarget(options, terminal), (gateway) =>
        gateway.describe(name, { signal, ...version }),
      );
      if (options.manifest) await out.write(described.manifest);
      else if (options.json) await out.write(asJson(described));
      else await out.write(describedText(name, described, createPaint(terminal.useColor)));
    });
}

/** Everything that is known of it: the definition by its names in code, and what follows from it. */
function asJson({ config, argsSchema, versions, manifest, example }: DescribeFunctionResponse): string {
  const definition = definitionOf(config as FunctionConfig);
  const described = {
    ...definition,
    permission: definition.permission ?? "any_authenticated",
    versions,
    argsSchema: JSON.parse(argsSchema),
    example: JSON.parse(example),
    manifest,
  };
  // JSON has no word for no limit.
  return `${JSON.stringify(described, (_key, value) => (value === Number.POSITIVE_INFINITY ? "infinity" : value))}\n`;
}
