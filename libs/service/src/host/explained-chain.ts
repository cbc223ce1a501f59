import type { PluginChain } from "@weft/contracts/plugin";
import type { NoCallbacks, Service } from "@weft/plugin-chain";

/** What a chain can tell of itself, whatever its callbacks. */
export type ExplainedChain = Pick<Service<NoCallbacks>, "info" | "explain">;

/** A running chain as the contract shows it. */
export function pluginChain(chain: ExplainedChain): PluginChain {
  const { name, status, plugins } = chain.info();
  return {
    name,
    status,
    plugins: plugins.map((plugin) => ({ name: plugin.name, started: plugin.isStarted })),
    explanation: chain.explain(),
  };
}
