import { listKeys } from "../arguments/texts.js";
import type { DefinitionField, LooseDefinition } from "./definition.js";

const known: Readonly<Record<DefinitionField, true>> = {
  service: true,
  function: true,
  nodes: true,
  select: true,
  timeoutMs: true,
  handler: true,
  preset: true,
  args: true,
  argOrder: true,
  openArguments: true,
  mode: true,
  permission: true,
  permit: true,
  requestInfo: true,
  version: true,
  disabled: true,
  retry: true,
  before: true,
  after: true,
  hookTimeoutMs: true,
  idempotent: true,
  stream: true,
  resultCache: true,
  rateLimits: true,
  concurrency: true,
  summary: true,
  description: true,
  tags: true,
  examples: true,
  resultSchema: true,
};

/** A misspelt field would be a policy that nobody applies. */
export function unknownFields(definition: LooseDefinition): readonly string[] {
  const unknown = Object.keys(definition).filter((field) => !Object.hasOwn(known, field));
  return unknown.length === 0 ? [] : [`unknown fields: ${listKeys(unknown)}`];
}
