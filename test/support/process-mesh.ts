import { credentials } from "@grpc/grpc-js";
import { channelOptions } from "@weft/contracts";
import { GatewayServiceClient } from "@weft/contracts/gateway";
import { unary } from "./running-mesh.js";
import { type ServiceProcess, startProcess } from "./service-process.js";
import { until, within } from "./within.js";

/** A gateway and nodes of one service, each a process of its own. */
export interface ProcessMesh {
  readonly gateway: ServiceProcess;
  readonly nodes: readonly ServiceProcess[];
  readonly client: GatewayServiceClient;
  close(): Promise<void>;
}

/** A service that runs as a process. */
export interface ServiceProgram {
  readonly name: string;
  /** `services/MAIN`, or an absolute path. */
  readonly main: string;
}

export interface ProcessMeshOptions {
  /** Defaults to `places`. */
  readonly service?: ServiceProgram;
  readonly nodes: number;
  /** Discovery for all; left out, the gateway serves the registry. */
  readonly discovery?: string;
  readonly env?: Readonly<Record<string, string>>;
}

export async function startProcessMesh({
  service = { name: "places", main: "places" },
  nodes: count,
  discovery,
  env = {},
}: ProcessMeshOptions): Promise<ProcessMesh> {
  const gateway = await startProcess("gateway", {
    WEFT_LISTEN: "127.0.0.1:0",
    WEFT_DISCOVERY: discovery ?? "embedded",
    WEFT_LOG_LEVEL: "warn",
    ...env,
  });
  const joined = { WEFT_DISCOVERY: discovery ?? `embedded:${gateway.meshAddress}`, WEFT_LOG_LEVEL: "warn", ...env };
  const nodes = await Promise.all(Array.from({ length: count }, () => startProcess(service.main, joined)));
  const client = new GatewayServiceClient(gateway.publicAddress, credentials.createInsecure(), channelOptions);
  const isListed = async () => {
    const all = { service: service.name, includeDisabled: false, pageSize: 0, pageToken: "" };
    const { functions } = await unary(client, "listFunctions", all);
    return functions.length > 0 && functions.every((one) => one.nodes === count);
  };
  await until(isListed, `a gateway that lists ${count} nodes`);
  return {
    gateway,
    nodes,
    client,
    async close() {
      client.close();
      await Promise.all(nodes.map(end));
      await end(gateway);
    },
  };
}

/** In order, or by force if that hangs. */
async function end(process: ServiceProcess): Promise<void> {
  process.kill("SIGTERM");
  try {
    await within(process.exited, "the end of a process");
  } finally {
    process.kill("SIGKILL"); // nothing, if it has ended
  }
}
