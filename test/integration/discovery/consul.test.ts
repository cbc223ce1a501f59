import { afterEach, expect, test } from "@jest/globals";
import { Code } from "@weft/core";
import { consulBackend, createNode } from "@weft/discovery";
import { type BackendHarness, backendContract } from "@weft/discovery/testkit";
import { type ConsulAgent, startConsulAgent } from "../../support/consul/consul-agent.js";
import { findConsul } from "../../support/consul/find-consul.js";

const consul = await findConsul();
const path = consul.path ?? "consul";
const withConsul = consul.missing === undefined ? test : test.skip;

const agents: ConsulAgent[] = [];

afterEach(async () => {
  await Promise.all(agents.splice(0).map((agent) => agent.stop()));
});

backendContract("consul", realAgent, { crash: "time", skip: consul.missing });

withConsul("a node that is critical is not listed, and its next heartbeat brings it back", async () => {
  const agent = await agentOf([]);
  const backend = consulBackend(agent);
  const node = createNode({ service: "places", address: "127.0.0.1:7000", incarnation: 1 });
  const { signal } = new AbortController();
  const lease = backend.lease(() => {});
  await lease.put(node, signal);
  const lists = backend.watch("places", signal)[Symbol.asyncIterator]();
  expect((await lists.next()).value).toEqual([node]);

  await agent.tell(`check/fail/weft:${node.id}`);
  expect((await lists.next()).value).toEqual([]);
  await lease.put(node, signal);
  expect((await lists.next()).value).toEqual([node]);

  await agent.tell(`service/deregister/${node.id}`);
  expect((await lists.next()).value).toEqual([]);
  await lease.put(node, signal);
  expect((await lists.next()).value).toEqual([node]);
  await lists.return?.();
  backend.close();
});

withConsul("faults D4: a token that Consul does not know is a refusal, not an empty list", async () => {
  const agent = await agentOf(['-hcl=acl { enabled = true, default_policy = "deny" }']);
  const backend = consulBackend({ host: agent.host, port: agent.port, token: async () => "no-such-token" });
  const lists = backend.watch("places", new AbortController().signal)[Symbol.asyncIterator]();

  await expect(lists.next()).rejects.toMatchObject({ code: Code.PermissionDenied });
  backend.close();
});

async function realAgent(): Promise<BackendHarness> {
  const agent = await startConsulAgent(path);
  const { start, stop } = agent;
  return { connect: () => consulBackend(agent), start, stop, close: stop };
}

async function agentOf(extra: readonly string[]) {
  const agent = await startConsulAgent(path, extra);
  agents.push(agent);
  return {
    host: agent.host,
    port: agent.port,
    /** One of the agent's own PUT calls, past the backend. */
    async tell(call: string): Promise<void> {
      const { ok } = await fetch(`http://${agent.host}:${agent.port}/v1/agent/${call}`, { method: "PUT" });
      expect(ok).toBe(true);
    },
  };
}
