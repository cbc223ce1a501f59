/** What @grpc/proto-loader takes and gives for google.protobuf.Value, with the option `oneofs`. */
export type ProtoValue =
  | { readonly kind: "nullValue"; readonly nullValue: string }
  | { readonly kind: "numberValue"; readonly numberValue: number }
  | { readonly kind: "stringValue"; readonly stringValue: string }
  | { readonly kind: "boolValue"; readonly boolValue: boolean }
  | { readonly kind: "structValue"; readonly structValue: ProtoStruct }
  | { readonly kind: "listValue"; readonly listValue: { readonly values: readonly ProtoValue[] } };

export interface ProtoStruct {
  readonly fields: Readonly<Record<string, ProtoValue>>;
}

export function toStruct(object: object): ProtoStruct {
  return { fields: Object.fromEntries(Object.entries(object).map(([key, value]) => [key, toValue(value)])) };
}

export function toValue(data: unknown): ProtoValue {
  if (data === null) return { kind: "nullValue", nullValue: "NULL_VALUE" };
  if (Array.isArray(data)) return { kind: "listValue", listValue: { values: data.map(toValue) } };
  switch (typeof data) {
    case "number":
      return { kind: "numberValue", numberValue: data };
    case "string":
      return { kind: "stringValue", stringValue: data };
    case "boolean":
      return { kind: "boolValue", boolValue: data };
    case "object":
      return { kind: "structValue", structValue: toStruct(data) };
    default:
      throw new TypeError(`a ${typeof data} is no JSON data`);
  }
}

export function fromValue(value: ProtoValue): unknown {
  switch (value.kind) {
    case "nullValue":
      return null;
    case "numberValue":
      return value.numberValue;
    case "stringValue":
      return value.stringValue;
    case "boolValue":
      return value.boolValue;
    case "listValue":
      return value.listValue.values.map(fromValue);
    case "structValue":
      return Object.fromEntries(
        Object.entries(value.structValue.fields).map(([key, field]) => [key, fromValue(field)]),
      );
  }
}
