import { cacheService } from "@weft/cache";
import { decodeValue, encodeValue } from "@weft/contracts";
import { CacheServiceService } from "@weft/contracts/cache";
import { Encoding } from "@weft/contracts/gateway";
import type { DoorKind } from "./doors.js";
import type { Call } from "./script.js";

/** The typed calls: every request and response goes over the wire form, as it would between processes. */
export const typedDoor: DoorKind = {
  name: "typed calls",
  carries,
  async open(store) {
    const service = cacheService(store);
    return {
      async send({ action, args }) {
        const codec = CacheServiceService[action] as unknown as Codec;
        const serve = service[action] as (request: unknown) => unknown;
        const request = codec.requestDeserialize(codec.requestSerialize(requestOf(args)));
        const response = codec.responseDeserialize(codec.responseSerialize(await serve(request)));
        return plain(response as object);
      },
      async close() {},
    };
  },
};

type Codec = Record<`${"request" | "response"}Serialize`, (message: unknown) => Buffer> &
  Record<`${"request" | "response"}Deserialize`, (bytes: Buffer) => unknown>;

const typeOf: Readonly<Record<string, string>> = {
  key: "string",
  ttl: "number",
  filter_type: "string",
  filter_value: "string",
  filter_prefix: "string",
  filter_suffix: "string",
  order: "string",
  limit: "number",
  offset: "number",
};

function carries({ action, args }: Call): boolean {
  return Object.entries(args).every(([name, given]) => {
    if (name === "value") return action === "set";
    return given === null ? name !== "key" : typeof given === typeOf[name];
  });
}

/** One object that serves every request message: each writes the fields it declares. Null is a field that is not there. */
function requestOf({ value, ...args }: Call["args"]): object {
  const fields = Object.entries(args).map(([name, given]) => [camelCase(name), given ?? undefined]);
  return {
    ...Object.fromEntries(fields),
    content: value === undefined ? undefined : { $case: "value", value: encodeValue(value) },
    contentType: "",
    valueEncoding: Encoding.ENCODING_UNSPECIFIED,
  };
}

// What the reference page does not know.
const typedOnly = ["entryVersion", "contentType", "bytesUsed", "bytesLimit"];

/** A response by the names of the reference page. */
function plain(message: object): object {
  const fields = Object.entries(message)
    .filter(([name, given]) => !typedOnly.includes(name) && (given !== undefined || name === "limit"))
    .map(([name, given]) => {
      if (name === "content") return ["value", decodeValue(given.value)];
      if (Array.isArray(given)) return [name, given.map(plain)];
      return [snakeCase(name), given !== null && typeof given === "object" ? plain(given) : (given ?? null)];
    });
  return Object.fromEntries(fields);
}

const camelCase = (name: string) => name.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());
const snakeCase = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
