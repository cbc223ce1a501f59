import type { ServiceSettings } from "../settings.js";

/** Why these settings cannot be those of several workers, one line each: every worker is a node with a port of its own. */
export function workerProblems(settings: ServiceSettings): readonly string[] {
  const { workers, meshListen, advertise, discovery } = settings;
  const problems: string[] = [];
  // The registry that this process serves is at the fixed port then; its workers take others.
  const isFixed = !/:0+$/.test(meshListen) && discovery !== "embedded";
  if (isFixed)
    problems.push(
      `WEFT_MESH_LISTEN: each of the ${workers} workers (WEFT_WORKERS) takes a port of its own: it must be 0, got "${meshListen}"`,
    );
  if (/^(0\.0\.0\.0|\[[:0]+\]):/.test(meshListen))
    problems.push(
      `WEFT_MESH_LISTEN: several workers (WEFT_WORKERS) give others the address that they listen on: it must name the host, got "${meshListen}"`,
    );
  if (advertise !== undefined)
    problems.push(
      `WEFT_ADVERTISE: one address cannot stand for ${workers} workers (WEFT_WORKERS): leave it out, got "${advertise}"`,
    );
  return problems;
}
