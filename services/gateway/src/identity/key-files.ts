import { createPublicKey, type KeyObject } from "node:crypto";
import { readFileSync } from "node:fs";
import { ConfigError } from "@weft/core";
import { keySet, oneKey, type TokenKeys } from "@weft/mesh";
import { algorithmsOf, type IdentitySettings } from "./settings.js";

/**
 * The keys that the settings name in a file; undefined if they name none. Read once: whoever changes the file restarts
 * the gateway. Throws a ConfigError that quotes nothing of the file.
 */
export function readKeyFile(settings: IdentitySettings): TokenKeys | undefined {
  const { jwtKeyFile, jwtSecretFile } = settings;
  if (jwtKeyFile !== undefined) return publicKeys(readText("WEFT_JWT_KEY_FILE", jwtKeyFile), algorithmsOf(settings));
  if (jwtSecretFile !== undefined)
    return secretKey(readText("WEFT_JWT_SECRET_FILE", jwtSecretFile), algorithmsOf(settings));
  return undefined;
}

function readText(setting: string, path: string): string {
  try {
    return readFileSync(path, "utf8").trim();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new ConfigError([`${setting}: cannot read ${JSON.stringify(path)} (${code})`]);
  }
}

function publicKeys(text: string, algorithms: readonly string[]): TokenKeys {
  const wrong = (what: string) => new ConfigError([`WEFT_JWT_KEY_FILE: ${what}`]);
  const isSet = text.startsWith("{");
  if (isSet ? hasPrivateKey(text) : text.includes("PRIVATE KEY"))
    throw wrong("holds a private key, which only the issuer should have");
  if (isSet) {
    try {
      return keySet(text);
    } catch {
      throw wrong("is not a JSON Web Key Set");
    }
  }
  let key: KeyObject;
  try {
    key = createPublicKey(text);
  } catch {
    throw wrong("is neither a JSON Web Key Set nor a public key in PEM");
  }
  if (!algorithms.some((name) => fits(name, key)))
    throw wrong(`the key fits none of the algorithms ${algorithms.join(", ")} (WEFT_JWT_ALGORITHMS)`);
  return oneKey(key);
}

/** `d` is the private part of a key, `k` a shared secret (RFC 7518, 6). */
function hasPrivateKey(json: string): boolean {
  let found = false;
  try {
    JSON.parse(json, (name, value) => {
      if ((name === "d" || name === "k") && typeof value === "string") found = true;
      return value;
    });
  } catch {
    return false; // nor is it a key set, which is said by who reads it
  }
  return found;
}

const curves: Readonly<Record<string, string>> = { ES256: "prime256v1", ES384: "secp384r1", ES512: "secp521r1" };

function fits(algorithm: string, { asymmetricKeyType: type, asymmetricKeyDetails: details }: KeyObject): boolean {
  if (type === "rsa") return /^[RP]S/.test(algorithm) && (details?.modulusLength ?? 0) >= 2_048;
  if (type === "ec") return curves[algorithm] !== undefined && curves[algorithm] === details?.namedCurve;
  return type === "ed25519" && /^Ed/.test(algorithm);
}

/** A secret that is shorter than its digest can be guessed from one token (RFC 7518, 3.2). */
function secretKey(text: string, algorithms: readonly string[]): TokenKeys {
  const secret = Buffer.from(text);
  const minBytes = Math.max(...algorithms.map((name) => Number(name.slice(2)) / 8));
  if (secret.length < minBytes)
    throw new ConfigError([`WEFT_JWT_SECRET_FILE: the secret must have at least ${minBytes} bytes for ${algorithms}`]);
  return oneKey(secret);
}
