import { beforeAll, expect } from "@jest/globals";
import { testIf } from "../support/skip.js";
import { buildManifests, buildOverlay, hasKubectl, type Manifest, readmeOverlay } from "./manifests.js";
import { settingsOf } from "./settings.js";

const services = ["cache", "gateway", "places"];
const kubernetesTest = testIf(hasKubectl, "kubectl is not on PATH");

let manifests: Manifest[] = [];
beforeAll(() => {
  if (hasKubectl) manifests = buildManifests();
});

kubernetesTest("each service has a Deployment, a headless Service and a disruption budget that select its pods", () => {
  for (const kind of ["Deployment", "Service", "PodDisruptionBudget"])
    expect(named(kind).map(({ metadata }) => metadata.name)).toEqual(services);

  for (const deployment of named("Deployment")) {
    const { name } = deployment.metadata;
    const { labels } = deployment.spec.template.metadata;
    const service = one("Service", name);
    expect(deployment.spec.selector).toEqual({ matchLabels: labels });
    expect(one("PodDisruptionBudget", name).spec.selector).toEqual({ matchLabels: labels });
    expect(service.spec).toMatchObject({ clusterIP: "None", selector: labels });

    const open = containerOf(deployment).ports.map((port) => port.containerPort);
    for (const { port } of service.spec.ports ?? []) expect(open).toContain(port);
  }
});

kubernetesTest("gateway and example survive the loss of a pod", () => {
  for (const name of ["gateway", "places"]) expect(one("Deployment", name).spec.replicas).toBeGreaterThanOrEqual(2);
});

kubernetesTest("every pod is probed over gRPC on the mesh port that it listens on and advertises", () => {
  for (const deployment of named("Deployment")) {
    const container = containerOf(deployment);
    const env = environmentOf(deployment);
    const port = Number(env.WEFT_MESH_LISTEN?.split(":").at(-1));
    for (const probe of [container.startupProbe, container.readinessProbe, container.livenessProbe])
      expect(probe?.grpc).toEqual({ port });
    expect(env.WEFT_ADVERTISE).toBe(`$(POD_IP):${port}`);
    expect(container.ports).toContainEqual({ name: "mesh", containerPort: port });
  }
});

kubernetesTest("a pod gets more time to end than its drain takes", () => {
  for (const deployment of named("Deployment")) {
    const env = environmentOf(deployment);
    const drainMs = Number(env.WEFT_DRAIN_DELAY_MS) + Number(env.WEFT_DRAIN_TIMEOUT_MS);
    // Closing the servers takes up to a second; two more are to spare.
    expect(deployment.spec.template.spec.terminationGracePeriodSeconds * 1_000).toBeGreaterThanOrEqual(drainMs + 3_000);
  }
});

kubernetesTest("pods run without root, privileges or a writable disk, and within bounds", () => {
  for (const deployment of named("Deployment")) {
    const container = containerOf(deployment);
    expect(deployment.spec.template.spec.securityContext).toMatchObject({ runAsNonRoot: true });
    expect(container.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ["ALL"] },
    });
    expect(container.resources).toMatchObject({
      requests: { memory: expect.anything() },
      limits: { memory: expect.anything() },
    });
  }
});

kubernetesTest("the mesh token comes from a Secret that the operator makes, and no manifest holds one", () => {
  expect(named("Secret")).toEqual([]);
  for (const deployment of named("Deployment")) {
    const { volumes, containers } = deployment.spec.template.spec;
    const mount = containers[0].volumeMounts.find(({ name }) => name === "mesh-token");
    expect(volumes).toContainEqual(
      expect.objectContaining({
        name: mount?.name,
        secret: expect.objectContaining({ secretName: "weft-mesh-token" }),
      }),
    );
    expect(environmentOf(deployment).WEFT_MESH_TOKEN_FILE).toBe(`${mount?.mountPath}/mesh-token`);
  }
});

kubernetesTest("the gateway mounts the operator's own secrets, if there are any", () => {
  const { volumes, containers } = one("Deployment", "gateway").spec.template.spec;

  expect(volumes).toContainEqual(
    expect.objectContaining({ secret: expect.objectContaining({ secretName: "weft-gateway", optional: true }) }),
  );
  expect(containers[0].volumeMounts).toContainEqual(
    expect.objectContaining({ name: "gateway-secrets", mountPath: "/run/weft-gateway" }),
  );
});

kubernetesTest("the overlay of the README builds, gives settings that exist, and holds no secret", () => {
  const overlay = buildOverlay(readmeOverlay());

  for (const deployment of overlay.filter(({ kind }) => kind === "Deployment")) {
    const { name } = deployment.metadata;
    const env = containerOf(deployment).env.filter((each) => each.name.startsWith("WEFT_"));
    expect(settingsOf(name)).toEqual(expect.arrayContaining(env.map((each) => each.name)));
    expect(env.filter((each) => /TOKEN|SECRET/.test(each.name) && !each.value?.startsWith("/run/weft"))).toEqual([]);
    expect(containerOf(deployment).image).toMatch(/^REGISTRY\/weft\//);
  }
  const gateway = overlay.find(({ kind, metadata }) => kind === "Deployment" && metadata.name === "gateway");
  expect(gateway?.spec.template.spec.containers[0].env).toContainEqual({
    name: "WEFT_PUSH_TOKEN_FILE",
    value: "/run/weft-gateway/push-token",
  });
});

kubernetesTest("every variable is a setting of the service that gets it", () => {
  for (const deployment of named("Deployment")) {
    const used = Object.keys(environmentOf(deployment)).filter((name) => name.startsWith("WEFT_"));
    expect(settingsOf(deployment.metadata.name)).toEqual(expect.arrayContaining(used));
  }
});

function named(kind: string): Manifest[] {
  return manifests.filter((manifest) => manifest.kind === kind);
}

function one(kind: string, name: string): Manifest {
  const found = named(kind).find(({ metadata }) => metadata.name === name);
  if (found === undefined) throw new Error(`no ${kind} ${name}`);
  return found;
}

function containerOf(deployment: Manifest) {
  return deployment.spec.template.spec.containers[0];
}

function environmentOf(deployment: Manifest): Record<string, string | undefined> {
  const { env, envFrom } = containerOf(deployment);
  const shared = envFrom.map(({ configMapRef }) => one("ConfigMap", configMapRef.name).data);
  return Object.assign({}, ...shared, Object.fromEntries(env.map(({ name, value }) => [name, value])));
}
