import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "@jest/globals";
import { ConfigError } from "@weft/core";
import { gatewaySettings } from "../config.js";
import { readKeyFile } from "./key-files.js";

const folder = mkdtempSync(join(tmpdir(), "weft-keys-"));
afterAll(() => rmSync(folder, { recursive: true }));

const common = { jwtIssuer: "i", jwtAudience: ["weft"] };

function readKeys(setting: "jwtKeyFile" | "jwtSecretFile", text: string, others: object = {}) {
  const path = join(folder, "keys");
  writeFileSync(path, text);
  return readKeyFile(gatewaySettings.parse({ ...common, [setting]: path, ...others }));
}

/** What the ConfigError says. */
function problem(read: () => unknown): string {
  try {
    read();
  } catch (error) {
    if (error instanceof ConfigError) return error.problems.join();
    throw error;
  }
  throw new Error("there was no problem");
}

const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2_048 });
const pem = publicKey.export({ type: "spki", format: "pem" }).toString();
const privatePem = privateKey.export({ type: "pkcs8", format: "pem" }).toString();

test.each([
  ["a public key", pem],
  ["a key set", JSON.stringify({ keys: [publicKey.export({ format: "jwk" })] })],
])("keys may be %s", (_name, text) => {
  expect(readKeys("jwtKeyFile", text)).toBeDefined();
});

test("no setting, no keys", () => {
  expect(readKeyFile(gatewaySettings.parse({}))).toBeUndefined();
});

test.each<[string, string, object, RegExp]>([
  ["nothing", "", {}, /neither a JSON Web Key Set nor a public key in PEM/],
  ["something else", "canary", {}, /neither a JSON Web Key Set nor a public key in PEM/],
  ["a set without keys", '{"canary":1}', {}, /is not a JSON Web Key Set/],
  ["broken JSON", '{"canary', {}, /is not a JSON Web Key Set/],
  ["a private key", privatePem, {}, /holds a private key/],
  [
    "a set of private keys",
    JSON.stringify({ keys: [privateKey.export({ format: "jwk" })] }),
    {},
    /holds a private key/,
  ],
  ["a set of secrets", '{"keys":[{"kty":"oct","k":"canary"}]}', {}, /holds a private key/],
  ["a key for other algorithms", pem, { jwtAlgorithms: ["ES256"] }, /fits none of the algorithms ES256/],
])("a key file with %s is refused, without its text", (_name, text, others, expected) => {
  const said = problem(() => readKeys("jwtKeyFile", text, others));

  expect(said).toMatch(/^WEFT_JWT_KEY_FILE: /);
  expect(said).toMatch(expected);
  expect(said).not.toContain("canary");
});

test.each([
  ["HS256", 31, 32],
  ["HS384", 47, 48],
  ["HS512", 63, 64],
])("a secret for %s needs more than %i bytes", (algorithm, short, enough) => {
  const jwtAlgorithms = [algorithm];

  expect(problem(() => readKeys("jwtSecretFile", "s".repeat(short), { jwtAlgorithms }))).toBe(
    `WEFT_JWT_SECRET_FILE: the secret must have at least ${enough} bytes for ${algorithm}`,
  );
  expect(readKeys("jwtSecretFile", `${"s".repeat(enough)}\n`, { jwtAlgorithms })).toBeDefined();
});

test("a file that is not there is named", () => {
  const settings = gatewaySettings.parse({ ...common, jwtKeyFile: join(folder, "missing") });

  expect(problem(() => readKeyFile(settings))).toMatch(/^WEFT_JWT_KEY_FILE: cannot read ".*missing" \(ENOENT\)$/);
});
