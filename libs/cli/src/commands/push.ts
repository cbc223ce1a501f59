import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { PushFunctionsRequest } from "@weft/contracts/admin";
import { fromProtoJson } from "@weft/contracts/proto-json";
import type { Command } from "commander";
import { gatewayTarget, withGateway } from "../gateway.js";
import type { Terminal } from "../terminal.js";
import { UsageError } from "../usage-error.js";
import type { GatewayOptions } from "./options.js";

interface PushOptions extends GatewayOptions {
  readonly tokenFile?: string;
  readonly force?: boolean;
}

/** `weft push`: gives a gateway the whole function set of a service that discovery does not know. */
export function addPush(command: Command, terminal: Terminal): void {
  command
    .argument("<file>", "a weft.v1.PushFunctionsRequest as JSON")
    .option("--token-file <file>", "the push token of the gateway (default: WEFT_PUSH_TOKEN_FILE)")
    .option("--force", "take a lower version, or the same one again")
    .description("Publish the whole function set of a service that is not in discovery.")
    .action(async (file: string, { tokenFile, force, ...options }: PushOptions) => {
      const request = readRequest(file, terminal);
      const metadata = pushToken(tokenFile ?? (terminal.env.WEFT_PUSH_TOKEN_FILE || undefined), terminal);
      const { outcome } = await withGateway(gatewayTarget(options, terminal), (gateway) =>
        gateway.admin("pushFunctions", { ...request, force: request.force || force === true }, metadata),
      );
      const { service, configVersion } = request;
      const why = outcome === "skipped" ? " (it is held already; --force takes it again)" : "";
      const text = `${outcome} ${service} ${configVersion}${why}`;
      await terminal.out.write(`${options.json ? JSON.stringify({ outcome }) : text}\n`);
    });
}

function readRequest(file: string, terminal: Terminal): PushFunctionsRequest {
  const text = readText(file, terminal);
  try {
    return PushFunctionsRequest.decode(fromProtoJson("weft.v1.PushFunctionsRequest", JSON.parse(text)));
  } catch (error) {
    throw new UsageError([`${file}: ${(error as Error).message}`]);
  }
}

function pushToken(file: string | undefined, terminal: Terminal): Readonly<Record<string, string>> {
  if (file === undefined) return {}; // the gateway says what is missing
  const token = readText(file, terminal).trim();
  if (/^[\x21-\x7e]+$/.test(token)) return { "x-weft-push-token": token };
  throw new UsageError([`${file}: a token is visible ASCII characters`]);
}

function readText(file: string, { cwd }: Terminal): string {
  try {
    return readFileSync(resolve(cwd, file), "utf8");
  } catch (error) {
    throw new UsageError([`cannot read ${file} (${(error as NodeJS.ErrnoException).code})`]);
  }
}
