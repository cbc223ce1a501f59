import { FunctionSummary, type ListFunctionsRequest, type ListFunctionsResponse } from "@weft/contracts/gateway";
import { Code, Reason, WeftError } from "@weft/core";
import { type Catalogue, compareVersions, type Target } from "@weft/mesh";
import { callbackTag, type ServeUnary } from "@weft/service";

const defaultPageSize = 100;
const maxPageSize = 1_000;
// A page ends early where its rows are long: one answer has to pass every limit on the way.
const maxPageBytes = 250_000;

/** GatewayService.ListFunctions: what may be called, by service, function and version. */
export function listFunctions(catalogue: Catalogue): ServeUnary<ListFunctionsRequest, ListFunctionsResponse> {
  return ({ service, includeDisabled, pageSize, pageToken }) => {
    const after = pageToken === "" ? undefined : readToken(pageToken);
    const size = Math.min(pageSize || defaultPageSize, maxPageSize);
    const rest = [...summaries(catalogue, service, includeDisabled)]
      .sort(compareRows)
      .filter((row) => after === undefined || compareRows(row, after) > 0);
    const functions = rest.slice(0, fitting(rest, size));
    const last = functions.at(-1);
    return { functions, nextPageToken: last !== undefined && functions.length < rest.length ? token(last) : "" };
  };
}

/** How many rows make up a page: one at least. */
function fitting(rows: readonly FunctionSummary[], size: number): number {
  let count = 0;
  for (let bytes = 0; count < Math.min(size, rows.length); count++) {
    bytes += FunctionSummary.encode(rows[count] as FunctionSummary).finish().length;
    if (count > 0 && bytes > maxPageBytes) break;
  }
  return count;
}

/** What clients may call; `all`: what they may not, too. */
function* summaries(catalogue: Catalogue, only: string, all: boolean): Iterable<FunctionSummary> {
  for (const [service, { snapshot }] of catalogue.services) {
    if (only !== "" && only !== service) continue;
    for (const { versions } of snapshot.values())
      for (const target of versions.values()) if (all || isForClients(target)) yield summary(target);
  }
}

function isForClients({ isDisabled, variant: { config } }: Target): boolean {
  return !isDisabled && !config.tags.includes(callbackTag);
}

function summary({ variant: { config }, candidates, isDisabled }: Target): FunctionSummary {
  const { service, function: name, version = "", mode, summary: line } = config;
  return { service, function: name, version, mode, summary: line, disabled: isDisabled, nodes: candidates.length };
}

type RowKey = Pick<FunctionSummary, "service" | "function" | "version">;

function compareRows(a: RowKey, b: RowKey): number {
  return (
    compareText(a.service, b.service) || compareText(a.function, b.function) || compareVersions(a.version, b.version)
  );
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

// The token names the last row of the page, so a page goes on rightly when functions come and go.
function token({ service, function: name, version }: RowKey): string {
  return Buffer.from(JSON.stringify([service, name, version])).toString("base64url");
}

function readToken(pageToken: string): RowKey {
  try {
    const [service, name, version] = JSON.parse(Buffer.from(pageToken, "base64url").toString());
    if ([service, name, version].every((part) => typeof part === "string")) return { service, function: name, version };
  } catch {
    // Not one of ours: the same answer as for one that was changed.
  }
  throw new WeftError(Code.InvalidArgument, "page_token is not one that this method gave", {
    reason: Reason.InvalidPayload,
    violations: [{ field: "page_token", description: "is not one that this method gave" }],
  });
}
