import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { parseAllDocuments } from "yaml";
import { repositoryRoot } from "../support/repository.js";

export interface Probe {
  readonly grpc?: { readonly port: number };
}

export interface Container {
  readonly image: string;
  readonly env: readonly { readonly name: string; readonly value?: string }[];
  readonly envFrom: readonly { readonly configMapRef: { readonly name: string } }[];
  readonly ports: readonly { readonly name: string; readonly containerPort: number }[];
  readonly startupProbe?: Probe;
  readonly readinessProbe?: Probe;
  readonly livenessProbe?: Probe;
  readonly resources: { readonly requests: object; readonly limits: object };
  readonly securityContext: Readonly<Record<string, unknown>>;
  readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[];
}

export interface Pod {
  readonly terminationGracePeriodSeconds: number;
  readonly securityContext: Readonly<Record<string, unknown>>;
  readonly containers: readonly [Container];
  readonly volumes: readonly { readonly name: string; readonly secret?: { readonly secretName: string } }[];
}

/** A manifest, with the parts of every kind that the tests read. */
export interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace: string };
  readonly data?: Readonly<Record<string, string>>;
  readonly spec: {
    readonly replicas?: number;
    readonly clusterIP?: string;
    readonly ports?: readonly { readonly name: string; readonly port: number }[];
    readonly selector: object;
    readonly template: { readonly metadata: { readonly labels: object }; readonly spec: Pod };
  };
}

export const hasKubectl: boolean = spawnSync("kubectl", ["version", "--client"], { timeout: 10_000 }).status === 0;

const base = join(repositoryRoot, "deploy", "kubernetes", "base");

/** What `kubectl apply -k` would send. */
export function buildManifests(folder = base): Manifest[] {
  const text = execFileSync("kubectl", ["kustomize", folder], { encoding: "utf8", timeout: 30_000 });
  return parseAllDocuments(text).map((document) => document.toJS() as Manifest);
}

/** The kustomization.yaml that deploy/README.md shows. */
export function readmeOverlay(): string {
  const readme = readFileSync(join(repositoryRoot, "deploy", "README.md"), "utf8");
  return /^```yaml\n# kustomization\.yaml\n(.*?)^```/ms.exec(readme)?.[1] ?? "";
}

/** The same for an overlay, over the manifests of this checkout. */
export function buildOverlay(kustomization: string): Manifest[] {
  const folder = mkdtempSync(join(tmpdir(), "weft-overlay-"));
  try {
    const own = kustomization.replace(/^resources: .*$/m, `resources: [${relative(realpathSync(folder), base)}]`);
    writeFileSync(join(folder, "kustomization.yaml"), own);
    return buildManifests(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
