import semver from "semver";

/**
 * The order of versions: semver; one that does not parse ranks as 0.0.0. Those of one rank go by their texts: every process
 * must choose the same.
 */
export function compareVersions(a: string, b: string): number {
  return semver.compare(parsed(a), parsed(b)) || (a < b ? -1 : a > b ? 1 : 0);
}

/** True for a request without a version of its own. */
export function isLatest(version: string): boolean {
  return version === "" || version === "0.0.0";
}

function parsed(version: string): semver.SemVer | string {
  return semver.parse(version) ?? "0.0.0";
}
