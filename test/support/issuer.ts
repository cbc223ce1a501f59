import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from "jose";

/** Somebody who gives out tokens and publishes the keys to check them with, on a port of this machine. */
export interface Issuer {
  /** Of the key set. */
  readonly url: string;
  /** What a gateway needs to take tokens of this issuer. */
  readonly settings: object;
  /** How often the keys were asked for. */
  readonly asked: number;
  /** A token for a user, by the current key, good for an hour; claims with undefined are left out. */
  token(userId: string, claims?: JWTPayload): Promise<string>;
  /** From now on signs with a new key, which is published beside the others. */
  rotate(): Promise<void>;
  /** Answers requests for keys like this until further notice; undefined: as it should. */
  answer(how: { readonly status: number; readonly body: string } | undefined): void;
  close(): Promise<void>;
}

const algorithm = "ES256";

export async function startIssuer(): Promise<Issuer> {
  const keys: object[] = [];
  let asked = 0;
  let kid = "";
  let privateKey: Parameters<SignJWT["sign"]>[0];
  let odd: { readonly status: number; readonly body: string } | undefined;

  async function rotate(): Promise<void> {
    const pair = await generateKeyPair(algorithm);
    kid = `key-${keys.length + 1}`;
    privateKey = pair.privateKey;
    keys.push({ ...(await exportJWK(pair.publicKey)), kid, alg: algorithm, use: "sig" });
  }

  await rotate();
  const server = createServer((_request, response) => {
    asked++;
    response.writeHead(odd?.status ?? 200, { "content-type": "application/json" });
    response.end(odd?.body ?? JSON.stringify({ keys }));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/keys`;
  const claims = { iss: "https://issuer.test", aud: "weft" };
  return {
    url,
    settings: { jwtJwksUrl: url, jwtIssuer: claims.iss, jwtAudience: [claims.aud], jwtClockSkewMs: 0 },
    get asked() {
      return asked;
    },
    token: (userId, others = {}) => {
      const exp = Math.floor(Date.now() / 1_000) + 3_600;
      return new SignJWT({ ...claims, sub: userId, exp, ...others })
        .setProtectedHeader({ alg: algorithm, kid })
        .sign(privateKey);
    },
    rotate,
    answer(how) {
      odd = how;
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

/** A token with an empty signature. */
export function unsignedToken(header: object, claims: object = {}): string {
  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString("base64url");
  return `${encode(header)}.${encode(claims)}.`;
}
