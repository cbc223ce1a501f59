/** What a function declares of an argument, in the long form. */
export interface Spec {
  readonly type: string;
  readonly allowNil?: boolean;
  readonly default?: unknown;
  readonly maxBytes?: number;
  readonly maxItems?: number;
  readonly maxItemBytes?: number;
  readonly required?: readonly string[];
  readonly accept?: readonly string[];
}

type Args = Readonly<Record<string, unknown>>;

/** Section 4 of the function rules once more, slow and by the letter, to judge the real one by. */
export function acceptsCall(specs: ReadonlyMap<string, Spec>, args: Args): boolean {
  if (Object.keys(args).some((name) => !specs.has(name))) return false;
  return [...specs].every(([name, spec]) => {
    if (!Object.hasOwn(args, name)) return spec.default !== undefined || spec.allowNil === true;
    return args[name] === null ? spec.allowNil === true : acceptsValue(spec, args[name]);
  });
}

/** Whether an argument may have this value, which is not null. */
export function acceptsValue(spec: Spec, value: unknown): boolean {
  const { type, maxBytes = 3_000, maxItemBytes = 3_000, maxItems = 1_000 } = spec;
  const items = (holds: (item: unknown) => boolean) =>
    Array.isArray(value) && value.length <= maxItems && value.every(holds);
  switch (type) {
    case "string":
      return isText(value, maxBytes);
    case "num":
      return isNumber(value);
    case "int64":
      return isInt64(value);
    case "boolean":
      return typeof value === "boolean";
    case "uuid":
      return isUuid(value);
    case "datetime":
      return isTime(value, (offset) => offset !== "");
    case "naive_datetime":
      return isTime(value, (offset) => offset === "" || offset === "Z");
    case "list":
      return items((item) => isScalar(item, maxItemBytes));
    case "list_string":
      return items((item) => isText(item, maxItemBytes));
    case "list_num":
      return items(isNumber);
    case "list_uuid":
      return items(isUuid);
    case "list_map":
      return items(isMap);
    case "map":
      return isMap(value) && acceptsMap(spec, value);
    case "any":
      return value !== null;
    default:
      throw new Error(`unknown type ${type}`);
  }
}

function acceptsMap({ maxItems, maxItemBytes, required = [], accept = [] }: Spec, map: Args): boolean {
  const keys = Object.keys(map);
  if (keys.length > (maxItems ?? 1_000)) return false;
  const isFree = maxItems === undefined && maxItemBytes === undefined && required.length === 0 && accept.length === 0;
  if (isFree) return true;
  if (!required.every((key) => keys.includes(key))) return false;
  if (accept.length > 0 && !keys.every((key) => accept.includes(key))) return false;
  return keys.every((key) => {
    const value = map[key];
    const isItem = (item: unknown) => isScalar(item, maxItemBytes ?? 3_000);
    return Array.isArray(value) ? value.length <= 1_000 && value.every(isItem) : isItem(value);
  });
}

function isText(value: unknown, maxBytes: number): boolean {
  return typeof value === "string" && new TextEncoder().encode(value).length <= maxBytes;
}

function isNumber(value: unknown): boolean {
  return typeof value === "number" || typeof value === "bigint";
}

function isScalar(value: unknown, maxBytes: number): boolean {
  return typeof value === "boolean" || isNumber(value) || isText(value, maxBytes);
}

function isMap(value: unknown): value is Args {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isInt64(value: unknown): boolean {
  if (typeof value === "number") return Number.isInteger(value) && Math.abs(value) < 2 ** 53;
  if (typeof value === "string" && !/^-?(0|[1-9][0-9]*)$/.test(value)) return false;
  if (typeof value !== "string" && typeof value !== "bigint") return false;
  return BigInt(value) >= -(2n ** 63n) && BigInt(value) < 2n ** 63n;
}

function isUuid(value: unknown): boolean {
  if (typeof value !== "string") return false;
  const isSlug = value.length === 22 && /^[\w-]+$/.test(value);
  const plain = value.startsWith("urn:uuid:") ? value.slice(9) : value;
  const isHyphenated = plain.length === 36 && [8, 13, 18, 23].every((place) => plain[place] === "-");
  const digits = isSlug
    ? Buffer.from(value, "base64url").toString("hex")
    : isHyphenated
      ? plain.replaceAll("-", "")
      : value;
  if (!/^[0-9a-f]{32}$/i.test(digits)) return false;
  return "12345678".includes(digits[12] ?? "") || Number.parseInt(digits, 16) === 0;
}

function isTime(value: unknown, allows: (offset: string) => boolean): boolean {
  const match = typeof value === "string" && /^(.{10})[T ](\d\d:\d\d:\d\d)([.,]\d{1,9})?(Z|[+-][\d:]*)?$/.exec(value);
  if (!match) return false;
  const [, day, time, , offset = ""] = match;
  const moment = new Date(`${day}T${time}Z`);
  const isReal = !Number.isNaN(moment.getTime()) && moment.toISOString().startsWith(`${day}T${time}`);
  const isOffset = offset === "" || offset === "Z" || /^[+-]([01]\d|2[0-3])(:?[0-5]\d)?$/.test(offset);
  return isReal && isOffset && allows(offset);
}
