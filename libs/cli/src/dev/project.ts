import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { serviceName } from "@weft/contracts";
import { UsageError } from "../usage-error.js";

/** A service of the project in the current folder. */
export interface ProjectService {
  readonly service: string;
  readonly folder: string;
  /** How many processes it gets. */
  readonly nodes: number;
  /** The compiled file that runs it. */
  readonly entry: string;
}

export interface Project {
  readonly gateway: ProjectService;
  readonly services: readonly ProjectService[];
}

const maxNodes = 16;

/**
 * The services that `weft dev` starts: every `services/*` whose package.json says `"weft": { "service": NAME, "nodes": N }`,
 * or the folders that are named. Throws a UsageError with every problem at once.
 */
export function readProject(cwd: string, folders: readonly string[]): Project {
  const problems: string[] = [];
  const paths = folders.length > 0 ? folders.map((folder) => resolve(cwd, folder)) : serviceFolders(cwd);
  const services = paths.flatMap((path) => readService(path, relative(cwd, path) || ".", problems));
  const gateway = services.find(({ service }) => service === "gateway");
  if (problems.length === 0 && gateway === undefined)
    problems.push('no gateway: one of the services must have "weft": { "service": "gateway" } in its package.json');
  if (problems.length > 0 || gateway === undefined) throw new UsageError(problems);
  return { gateway, services: services.filter((each) => each !== gateway) };
}

function serviceFolders(cwd: string): string[] {
  const parent = join(cwd, "services");
  const names = existsSync(parent) ? readdirSync(parent).sort() : [];
  const paths = names.map((name) => join(parent, name)).filter((path) => readManifest(path)?.weft !== undefined);
  if (paths.length > 0) return paths;
  throw new UsageError([`no services in ${parent}: run it in the folder of a project, or name the services' folders`]);
}

function readService(path: string, shown: string, problems: string[]): ProjectService[] {
  const { service, nodes = 1 } = (readManifest(path)?.weft ?? {}) as { service?: unknown; nodes?: unknown };
  const entry = join(path, "dist", "main.js");
  const before = problems.length;
  if (typeof service !== "string" || !serviceName.test(service))
    problems.push(`${shown} is no service: its package.json needs "weft": { "service": NAME }`);
  if (typeof nodes !== "number" || !Number.isInteger(nodes) || nodes < 1 || nodes > maxNodes)
    problems.push(`${shown}/package.json: weft.nodes must be a whole number from 1 to ${maxNodes}`);
  if (problems.length === before && !existsSync(entry))
    problems.push(`${shown} is not built: ${shown}/dist/main.js is missing (npm run build)`);
  return problems.length === before
    ? [{ service: service as string, folder: path, nodes: nodes as number, entry }]
    : [];
}

function readManifest(path: string): { readonly weft?: unknown } | undefined {
  try {
    return JSON.parse(readFileSync(join(path, "package.json"), "utf8"));
  } catch {
    return undefined; // no package, so no service: where one is needed, the caller says so
  }
}
