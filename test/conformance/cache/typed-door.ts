import { cacheService } from "@weft/cache";
import { decodeValue, encodeValue, errorFromStatus } from "@weft/contracts";
import { CacheServiceService, SetRequest } from "@weft/contracts/cache";
import type { DoorKind } from "./doors.js";
import type { Call } from "./script.js";

/** The typed calls: every request and response goes over the wire form, as it would between processes. */
export const typedDoor: DoorKind = {
  name: "typed calls",
  tellsMore: true,
  carries,
  async open(namespaces) {
    const service = cacheService(namespaces) as unknown as Record<string, (request: unknown) => unknown>;
    const codecs = CacheServiceService as unknown as Record<string, Codec>;
    return {
      async send({ action, args }) {
        const rpc = camelCase(action);
        const codec = codecs[rpc] as Codec;
        const request = codec.requestDeserialize(codec.requestSerialize(requestOf(args, action)));
        const response = codec.responseDeserialize(codec.responseSerialize(await service[rpc]?.(request)));
        return plain(response as object);
      },
      async close() {},
    };
  },
};

type Codec = Record<`${"request" | "response"}Serialize`, (message: unknown) => Buffer> &
  Record<`${"request" | "response"}Deserialize`, (bytes: Buffer) => unknown>;
type Fields = Record<string, unknown>;

const texts = ["key", "filter_type", "filter_value", "filter_prefix", "filter_suffix", "order", "cursor", "namespace"];
const numbers = ["ttl", "limit", "offset"];

/** Whether a typed request has a place for such arguments: null there is a field that is left out. */
function carries({ args }: Call): boolean {
  if (args.if_version !== undefined && args.if_absent !== undefined) return false;
  return Object.entries(args).every(([name, given]) => {
    if (name === "extra" || name === "brief") return false;
    if (given === null) return name !== "key";
    if (name === "by") return typeof given !== "number" || Number.isInteger(given);
    if (texts.includes(name)) return typeof given === "string";
    return !numbers.includes(name) || typeof given === "number";
  });
}

/** One object that serves every request message: each writes the fields it declares. */
function requestOf(args: Call["args"], action = ""): object {
  const { value, keys, entries, by, initial, if_absent, if_present, if_version, prefix, tag, ...others } = args;
  const { ttl_ms: ttlMs, add_ms: addMs, persist } = args;
  const fields = Object.entries(others).map(([name, given]) => [camelCase(name), given ?? undefined]);
  return {
    ...SetRequest.fromPartial(Object.fromEntries(fields)),
    valueEncoding: 0,
    keysOnly: false,
    details: false,
    allNamespaces: false,
    ...Object.fromEntries(fields),
    keys,
    entries: (entries as Fields[] | undefined)?.map((entry) => requestOf(entry)),
    content: value === undefined ? undefined : { $case: "value", value: encodeValue(value) },
    by: by === undefined ? undefined : String(by),
    initial: initial === undefined ? undefined : String(initial),
    ifVersion: if_version,
    condition: oneOf({ ifAbsent: if_absent, ifPresent: if_present, ifVersion: if_version }),
    what: oneOf({ prefix, tag }),
    change: action === "update_ttl" ? oneOf({ ttlMs, addMs, persist }) : undefined,
  };
}

function oneOf(fields: Fields): object | undefined {
  const [given] = Object.entries(fields).filter(([, value]) => value !== undefined);
  return given && { $case: given[0], value: given[1] };
}

const nullable = ["limit", "ttlLeftMs"];

/** A response by the names of the reference page. */
function plain(message: object): Fields {
  const { content, outcome, ...fields } = message as Fields & { content?: Content; outcome?: Outcome };
  const named = Object.entries(fields)
    .filter(([name, given]) => given !== undefined || nullable.includes(name))
    .map(([name, given]) => [snakeCase(name), plainValue(name, given)]);
  return {
    ...Object.fromEntries(named),
    ...(content && { value: content.$case === "valueBytes" ? content.value : decodeValue(content.value) }),
    ...(outcome && plainOutcome(outcome)),
  };
}

interface Content {
  readonly $case: string;
  readonly value: Buffer;
}

interface Outcome {
  readonly $case: string;
  readonly value: object;
}

function plainOutcome({ $case, value }: Outcome): Fields {
  if ($case === "response") return plain(value);
  if ($case === "error") {
    const { code, reason, message } = errorFromStatus(value as never);
    return { status: { code, reason, message } };
  }
  if ($case !== "hit") return { state: $case, ...plain(value) };
  const hit = (value as { value?: object }).value;
  return { state: "hit", ...(hit === undefined ? { value: null, known_absent: true } : plain(hit)) };
}

function plainValue(name: string, given: unknown): unknown {
  if (Array.isArray(given)) return given.map((each) => (typeof each === "object" ? plain(each) : each));
  if (name === "value" && typeof given === "string") return Number(given);
  return given !== null && typeof given === "object" ? plain(given) : (given ?? null);
}

const camelCase = (name: string) => name.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());
const snakeCase = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
