import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "@jest/globals";
import { debianSources } from "./apt-sources.js";

const etc = mkdtempSync(join(tmpdir(), "weft-apt-"));

afterEach(() => rmSync(etc, { recursive: true, force: true }));

test("only Debian's own main suite is taken, from both forms, under the other suite's name", () => {
  mkdirSync(join(etc, "apt/sources.list.d"), { recursive: true });
  writeFileSync(join(etc, "os-release"), "ID=debian\nVERSION_CODENAME=bookworm\n");
  writeFileSync(
    join(etc, "apt/sources.list"),
    "# deb http://off.test/debian bookworm main\ndeb http://one.test/debian bookworm main contrib\n" +
      "deb http://one.test/debian bookworm-updates main\ndeb-src http://one.test/debian bookworm main\n",
  );
  writeFileSync(
    join(etc, "apt/sources.list.d/vendor.list"),
    "deb [signed-by=/k/vendor.gpg] http://vendor.test bookworm main\n",
  );
  writeFileSync(
    join(etc, "apt/sources.list.d/debian.sources"),
    "Types: deb\n# mirror\nURIs: http://two.test/debian\nSuites: bookworm bookworm-updates\nComponents: main\n" +
      "Signed-By: /k/debian-archive-keyring.gpg\n\nTypes: deb\nURIs: http://two.test/security\nSuites: bookworm-security\n" +
      "Components: main\n\nEnabled: no\nTypes: deb\nURIs: http://off.test/debian\nSuites: bookworm\nComponents: main\n",
  );

  expect(debianSources("bullseye", etc)).toEqual([
    "deb http://one.test/debian bullseye main",
    "deb [signed-by=/k/debian-archive-keyring.gpg] http://two.test/debian bullseye main",
  ]);
});

test("a machine that is no Debian has none", () => {
  expect(debianSources("bullseye", join(etc, "nowhere"))).toEqual([]);
});
