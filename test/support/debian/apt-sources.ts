import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * The machine's own Debian sources as one-line entries for another suite of Debian. Other origins are left out, and so
 * are side suites such as NAME-updates, which the other suite may not have.
 */
export function debianSources(suite: string, etc = "/etc"): readonly string[] {
  const codename = /^VERSION_CODENAME=(.+)$/m.exec(read(join(etc, "os-release")))?.[1];
  const isOwnSuite = (name: string) => [codename, "stable", "oldstable"].includes(name);
  const parts = join(etc, "apt/sources.list.d");
  const files = [join(etc, "apt/sources.list"), ...list(parts).map((name) => join(parts, name))];
  const entries = files.flatMap((file) => (file.endsWith(".sources") ? stanzas(read(file)) : lines(read(file))));
  const chosen = entries.filter(
    ({ suites, components, signedBy }) =>
      suites.some(isOwnSuite) &&
      components.includes("main") &&
      (signedBy ?? "debian-archive").includes("debian-archive"),
  );
  return chosen.flatMap(({ uris, signedBy }) => {
    const options = signedBy === undefined ? "" : `[signed-by=${signedBy}] `;
    return uris.map((uri) => `deb ${options}${uri} ${suite} main`);
  });
}

interface Entry {
  readonly uris: readonly string[];
  readonly suites: readonly string[];
  readonly components: readonly string[];
  readonly signedBy: string | undefined;
}

/** `deb [signed-by=KEYRING] URI SUITE COMPONENT…` */
function lines(text: string): readonly Entry[] {
  return text.split("\n").flatMap((line) => {
    const [, options = "", uri, suite, components] = /^deb\s+(?:\[(.*?)\]\s+)?(\S+)\s+(\S+)\s+([^#]+)/.exec(line) ?? [];
    if (uri === undefined || suite === undefined || components === undefined) return [];
    const signedBy = /signed-by=(\S+)/.exec(options)?.[1];
    return [{ uris: [uri], suites: [suite], components: words(components), signedBy }];
  });
}

/** Paragraphs of `Field: value`, as `deb822` has them. */
function stanzas(text: string): readonly Entry[] {
  const withoutComments = text.replace(/^#.*\n/gm, "");
  return withoutComments.split(/\n\s*\n/).flatMap((stanza) => {
    const field = (name: string) => new RegExp(`^${name}:[ \\t]*(.*)$`, "im").exec(stanza)?.[1]?.trim();
    if (!words(field("Types")).includes("deb") || field("Enabled") === "no") return [];
    const signedBy = field("Signed-By") || undefined; // a key written out in full leaves the first line empty
    return [
      { uris: words(field("URIs")), suites: words(field("Suites")), components: words(field("Components")), signedBy },
    ];
  });
}

function words(text = ""): readonly string[] {
  return text.split(/\s+/).filter((word) => word !== "");
}

function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return ""; // a machine has one form of sources or the other, and may not be Debian at all
  }
}

function list(folder: string): readonly string[] {
  try {
    return readdirSync(folder).filter((name) => name.endsWith(".list") || name.endsWith(".sources"));
  } catch {
    return []; // as above
  }
}
