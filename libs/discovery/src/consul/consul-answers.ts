import { z } from "zod";
import { formatAddress } from "../address.js";
import { type Node, nodeSchema } from "../node.js";
import type { ConsulAnswer } from "./consul-client.js";
import { unexpectedAnswer } from "./consul-failure.js";

/** Marks the services that are ours. */
export const weftTag = "weft";

// A single odd entry is skipped, so only the outer shape decides about the whole answer.
const healthAnswer = z.array(z.unknown());
const healthEntry = z.object({
  Node: z.object({ Address: z.string() }),
  Service: z.object({
    ID: z.string(),
    Service: z.string(),
    Address: z.string(),
    Port: z.number(),
    Meta: z.record(z.string(), z.string()).nullish(),
  }),
  Checks: z.array(z.object({ Status: z.string() })),
});
const catalogAnswer = z.record(z.string(), z.array(z.string()));

/** The nodes of a health answer that may be called. Throws if it is no health answer; skips entries that are no nodes. */
export function nodesIn({ body }: ConsulAnswer): readonly Node[] {
  const entries = healthAnswer.safeParse(body);
  if (!entries.success) throw unexpectedAnswer("no list of health entries");
  return entries.data.flatMap((entry) => nodeOf(entry) ?? []);
}

function nodeOf(entry: unknown): Node | undefined {
  const parsed = healthEntry.safeParse(entry);
  if (!parsed.success || parsed.data.Checks.some((check) => check.Status !== "passing")) return undefined;
  const { Node: machine, Service: service } = parsed.data;
  const meta = service.Meta ?? {};
  const node = nodeSchema.safeParse({
    id: service.ID,
    service: service.Service,
    address: formatAddress({ host: service.Address || machine.Address, port: service.Port }),
    revision: meta.revision ?? "",
    version: meta.version ?? "",
    zone: meta.zone ?? "",
    weight: Number(meta.weight ?? 0),
    incarnation: Number(meta.incarnation ?? 0),
    draining: meta.draining === "true",
    link: meta.link === "true",
  });
  return node.success ? node.data : undefined;
}

/** The names of our services in a catalogue answer. */
export function servicesIn({ body }: ConsulAnswer): readonly string[] {
  const services = catalogAnswer.safeParse(body);
  if (!services.success) throw unexpectedAnswer("no table of services");
  return Object.entries(services.data).flatMap(([name, tags]) => (tags.includes(weftTag) ? name : []));
}

/** The index to wait on. Throws if there is none, for such an answer comes from something else than Consul. */
export function indexOf({ headers }: ConsulAnswer): bigint {
  const text = headers["x-consul-index"];
  if (typeof text !== "string" || !/^\d{1,20}$/.test(text)) throw unexpectedAnswer("no index");
  return BigInt(text);
}

// A follower that has not heard from the leader for so long may have missed nodes.
const maxLastContactMs = 10_000;

/** True if the answer may be old. */
export function isStale({ headers }: ConsulAnswer): boolean {
  return headers["x-consul-knownleader"] === "false" || Number(headers["x-consul-lastcontact"]) > maxLastContactMs;
}
