import { consulBackend } from "@weft/discovery";
import { type BackendHarness, backendContract } from "@weft/discovery/testkit";
import { startConsulAgent } from "../../support/consul/consul-agent.js";
import { findConsul } from "../../support/consul/find-consul.js";

const consul = await findConsul();

backendContract("consul", realAgent, { crash: "time", skip: consul.missing });

async function realAgent(): Promise<BackendHarness> {
  const agent = await startConsulAgent(consul.path ?? "consul");
  const { start, stop } = agent;
  return { connect: () => consulBackend(agent), start, stop, close: stop };
}
