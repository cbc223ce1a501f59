import { type ServiceError, status } from "@grpc/grpc-js";
import { london } from "../support/london.js";
import type { Checks } from "./checks.js";
import { errorDetails, type ForeignClient, type Message } from "./foreign-client.js";
import { fromValue, type ProtoValue, toStruct, toValue } from "./struct.js";

/** The two doors of the mesh, and where to tell what comes through them. */
export interface Doors {
  readonly gateway: ForeignClient;
  readonly cache: ForeignClient;
  readonly checks: Checks;
}

/** Calls `service.function` with Struct arguments, and answers its result as plain data. */
async function execute({ gateway, checks }: Doors, service: string, name: string, args: object): Promise<unknown> {
  checks.sent(`${service}.${name}`, args);
  const response = await gateway.call("execute", { service, function: name, args: toStruct(args) });
  const result = fromValue(response.result as ProtoValue);
  checks.received(result);
  return result;
}

export async function findAPlace(doors: Doors): Promise<void> {
  doors.checks.title("One place by its id");
  doors.checks.expect("places.find", await execute(doors, "places", "find", { id: london.id }), london);
}

export async function searchPlaces(doors: Doors): Promise<void> {
  doors.checks.title("Places whose name starts with a text");
  const places = (await execute(doors, "places", "search", { name: "zur", limit: 3 })) as Message[];
  doors.checks.expect("how many places.search finds", places.length, 3);
  doors.checks.expect("the largest of places.search", places[0]?.name, "Zürich");
}

export async function placesNearby(doors: Doors): Promise<void> {
  doors.checks.title("Places around Trafalgar Square, the nearest first");
  const square = { lat: 51.508, lon: -0.128, radius_km: 5, limit: 3 };
  const places = (await execute(doors, "places", "nearby", square)) as { distance_km: number; name: string }[];
  const distances = places.map((place) => place.distance_km);
  doors.checks.expect("how many places.nearby finds", places.length, 3);
  doors.checks.expect("the nearest of places.nearby", places[0]?.name, "London");
  doors.checks.expect(
    "distances of places.nearby",
    distances,
    distances.toSorted((a, b) => a - b),
  );
}

const streamed = 10_000;

export async function streamCities({ gateway, checks }: Doors): Promise<void> {
  checks.title(`A stream of ${streamed.toLocaleString("en")} cities, then a cancel`);
  checks.sent("places.export", { country: null });
  const call = gateway.stream("stream", { service: "places", function: "export", args: toStruct({ country: null }) });
  const ids = new Set<unknown>();
  let inOrder = true;
  let ending: number | undefined;
  try {
    for await (const message of call as AsyncIterable<Message>) {
      if (message.content !== "item" || ids.size === streamed) continue; // some may be on their way still
      const city = fromValue(message.item as ProtoValue) as Message;
      ids.add(city.id);
      inOrder &&= message.sequence === ids.size;
      if (ids.size === 1 || ids.size === streamed) checks.received(city);
      if (ids.size === streamed) call.cancel();
    }
  } catch (error) {
    ending = (error as ServiceError).code;
  }
  checks.expect("places.export gives different cities, numbered 1, 2, 3 …", inOrder, true);
  checks.expect("cities of places.export", ids.size, streamed);
  checks.expect("the end of a cancelled stream", ending, status.CANCELLED);
}

export async function cacheThroughTheGateway(doors: Doors): Promise<void> {
  const { checks } = doors;
  checks.title("The cache, as functions behind the gateway");
  const value = { text: "hello", numbers: [1, 2.5], none: null };
  const set = await execute(doors, "cache", "set", { key: "demo:a", value, ttl: 60 });
  checks.expect("cache.set", set, { success: true, key: "demo:a", cached: true });
  const got = await execute(doors, "cache", "get", { key: "demo:a" });
  checks.expect("cache.get", got, { success: true, found: true, key: "demo:a", value });
  const miss = await execute(doors, "cache", "get", { key: "demo:none" });
  checks.expect("a miss", miss, { success: true, found: false, key: "demo:none", value: null });
  const list = await execute(doors, "cache", "list", { filter_type: "prefix", filter_value: "demo:" });
  checks.expect("cache.list", (list as Message).items, [{ key: "demo:a", value }]);
}

export async function cacheAtItsOwnPort({ cache, checks }: Doors): Promise<void> {
  checks.title("The same cache, as typed calls at its own port");
  checks.sent("CacheService.Set", { key: "demo:b", value: 7 });
  const set = await cache.call("set", { key: "demo:b", value: toValue(7) });
  checks.received(set);
  checks.expect("CacheService.Set", [set.success, set.cached], [true, true]);

  checks.sent("CacheService.Get", { key: "demo:b" });
  const got = await cache.call("get", { key: "demo:b" });
  checks.received(got);
  checks.expect("CacheService.Get", [got.found, fromValue(got.value as ProtoValue)], [true, 7]);

  checks.sent("CacheService.List", { filterType: "prefix", filterValue: "demo:" });
  const list = await cache.call("list", { filterType: "prefix", filterValue: "demo:" });
  checks.received(list);
  const keys = (list.items as Message[]).map(({ key }) => key);
  checks.expect("CacheService.List, with what was set through the gateway", keys, ["demo:a", "demo:b"]);
}

export async function refusedCall(doors: Doors): Promise<void> {
  const { checks } = doors;
  checks.title("A call with three mistakes, all told at once");
  const error = await execute(doors, "places", "nearby", { lat: "north", lon: -0.12, colour: "blue" }).then(
    () => undefined,
    (thrown) => thrown as ServiceError,
  );
  checks.expect("the status of a bad call", error?.code, status.INVALID_ARGUMENT);
  if (error === undefined) return;
  const { ErrorInfo, BadRequest } = errorDetails(error);
  checks.received({ code: error.code, message: error.details, reason: ErrorInfo?.reason });
  checks.expect("the reason", ErrorInfo?.reason, "INVALID_ARGUMENT");
  const violations = (BadRequest?.fieldViolations ?? []) as { field: string }[];
  for (const violation of violations) checks.received(violation);
  const fields = violations.map(({ field }) => field).sort();
  checks.expect("the violations", fields, ["args.colour", "args.lat", "args.radius_km"]);
}
