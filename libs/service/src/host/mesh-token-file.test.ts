import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { readConfig } from "@weft/core";
import { serviceSettings } from "../settings.js";
import { readMeshToken } from "./mesh-token-file.js";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "weft-token-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function read(WEFT_MESH_TOKEN_FILE: string, WEFT_MESH_LISTEN = "127.0.0.1:0"): string | undefined {
  return readMeshToken(readConfig(serviceSettings, { env: { WEFT_MESH_TOKEN_FILE, WEFT_MESH_LISTEN } }));
}

function tokenOf(text: string, meshListen = "127.0.0.1:0"): string | undefined {
  const meshTokenFile = join(folder, "token");
  writeFileSync(meshTokenFile, text);
  return read(meshTokenFile, meshListen);
}

test("the token is the file's text without the white space around it", () => {
  expect(tokenOf("  0123456789abcdef\n", "0.0.0.0:7401")).toBe("0123456789abcdef");
});

test.each(["127.0.0.1:0", "127.8.0.1:0", "[::1]:0", "localhost:0"])("%s needs none", (meshListen) => {
  expect(readMeshToken(serviceSettings.parse({ meshListen }))).toBeUndefined();
});

test.each(["0.0.0.0:0", "10.0.0.1:0", "[::]:0", "example.org:0", "127.0.0.1.example.org:0"])(
  "%s is refused without one",
  (meshListen) => {
    expect(() => readMeshToken(serviceSettings.parse({ meshListen }))).toThrow(
      /WEFT_MESH_LISTEN: .* is not a loopback address, so WEFT_MESH_TOKEN_FILE must name a file/,
    );
  },
);

test.each([
  ["empty", ""],
  ["too short", "0123456789abcde"],
  ["too long", "x".repeat(513)],
  ["of two lines", "0123456789abcdef\n0123456789abcdef"],
  ["not ASCII", "0123456789abcdeé"],
])("a token that is %s is refused, and not shown", (_name, text) => {
  expect(() => tokenOf(text)).toThrow(
    expect.objectContaining({
      problems: [
        `WEFT_MESH_TOKEN_FILE: must name a file with a token of 16 to 512 visible ASCII characters, got "${join(folder, "token")}"`,
      ],
    }),
  );
});

test("a file that cannot be read is named", () => {
  const meshTokenFile = join(folder, "nobody");

  expect(() => read(meshTokenFile)).toThrow(
    `WEFT_MESH_TOKEN_FILE: cannot read the file (ENOENT), got "${meshTokenFile}"`,
  );
});

test("a file that went after the settings were read is named too", () => {
  const meshTokenFile = join(folder, "gone");
  writeFileSync(meshTokenFile, "0123456789abcdef");
  const settings = serviceSettings.parse({ meshTokenFile });
  rmSync(meshTokenFile);

  expect(() => readMeshToken(settings)).toThrow(
    `WEFT_MESH_TOKEN_FILE: cannot read the file (ENOENT), got "${meshTokenFile}"`,
  );
});
