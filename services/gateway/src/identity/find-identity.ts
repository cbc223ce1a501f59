import type { Clock, Logger } from "@weft/core";
import {
  authenticate,
  forwardedAddress,
  jwt,
  type Pipeline,
  remoteKeys,
  type TokenKeys,
  trustedProxies,
  trustedProxy,
  type Way,
} from "@weft/mesh";
import type { Plugin } from "@weft/plugin-chain";
import { algorithmsOf, type IdentitySettings } from "./settings.js";

export interface FindIdentityOptions {
  readonly settings: IdentitySettings;
  /** What `readKeyFile` found. */
  readonly fileKeys: TokenKeys | undefined;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** The plugins that find out who calls; none where everybody is anonymous. A token outweighs what a proxy says. */
export function findIdentity({ settings, fileKeys, clock, logger }: FindIdentityOptions): readonly Plugin<Pipeline>[] {
  const { jwtJwksUrl, jwtIssuer = "", jwtAudience = [], jwtClockSkewMs } = settings;
  const plugins: Plugin<Pipeline>[] = [];
  const ways: Way[] = [];

  const keys = jwtJwksUrl === undefined ? fileKeys : remoteKeys({ url: jwtJwksUrl, clock, logger });
  if (keys !== undefined)
    ways.push(
      jwt({
        keys,
        issuer: jwtIssuer,
        audience: jwtAudience,
        algorithms: algorithmsOf(settings),
        claims: {
          user: settings.jwtUserClaim,
          roles: settings.jwtRolesClaim,
          tenant: settings.jwtTenantClaim,
          device: settings.jwtDeviceClaim,
        },
        clockSkewMs: jwtClockSkewMs,
        clock,
      }),
    );
  if (settings.trustedProxies !== undefined) {
    const proxies = trustedProxies(settings.trustedProxies);
    plugins.push(forwardedAddress(proxies));
    ways.push(trustedProxy(proxies));
  }
  if (ways.length > 0) plugins.push(authenticate({ ways, clock, logger }));
  return plugins;
}
