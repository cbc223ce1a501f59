import { execFileSync, spawnSync } from "node:child_process";
import { join } from "node:path";
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

/** What `kubectl apply -k` would send. */
export function buildManifests(): Manifest[] {
  const folder = join(repositoryRoot, "deploy", "kubernetes", "base");
  const text = execFileSync("kubectl", ["kustomize", folder], { encoding: "utf8", timeout: 30_000 });
  return parseAllDocuments(text).map((document) => document.toJS() as Manifest);
}
