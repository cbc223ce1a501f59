import { afterEach, beforeEach } from "@jest/globals";
import { type Client, type ClientOptions, createClient } from "@weft/client";
import { Code, Reason } from "@weft/core";
import type { GatewayOptions } from "@weft/gateway";
import { type Issuer, startIssuer } from "../../support/issuer.js";
import { type RunningMesh, runMesh } from "../../support/running-mesh.js";
import { whoService } from "../../support/who-service.js";

const who = whoService();

/** How many calls have run. */
export const handled = who.handled;

/** Closed after the test, the last first. */
export const closing: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** The issuer of the test that runs. */
export let issuer: Issuer;
beforeEach(async () => {
  issuer = await startIssuer();
  closing.push(() => issuer.close());
});

/** A mesh of the service `who`, whose gateway believes the issuer. */
export async function run(settings: object = {}, options: GatewayOptions = {}): Promise<RunningMesh> {
  const mesh = await runMesh([who.service], { ...issuer.settings, ...settings }, options);
  closing.push(() => mesh.close());
  return mesh;
}

export function clientOf(mesh: RunningMesh, options: ClientOptions): Client {
  const client = createClient(mesh.address, options);
  closing.push(() => client.close());
  return client;
}

export const bad = { code: Code.Unauthenticated, reason: Reason.Unauthenticated, message: "invalid credentials" };
export const expired = {
  code: Code.Unauthenticated,
  reason: Reason.CredentialsExpired,
  message: "credentials have expired",
};
