import { BinaryReader, BinaryWriter } from "@bufbuild/protobuf/wire";

export interface Bytes {
  readonly value: Uint8Array;
}

/** The least that a gRPC peer can send: `google.protobuf.BytesValue`, coded as ts-proto does it. */
const coding = {
  serialize: ({ value }: Bytes) => Buffer.from(new BinaryWriter().uint32(10).bytes(value).finish()),
  deserialize(message: Uint8Array): Bytes {
    const reader = new BinaryReader(message);
    return reader.len > 0 && reader.uint32() === 10 ? { value: reader.bytes() } : { value: new Uint8Array() };
  },
};

/** As grpc-js and nice-grpc take it. */
export const bytesService = {
  find: {
    path: "/bench.Places/Find",
    requestStream: false,
    responseStream: false,
    requestSerialize: coding.serialize,
    requestDeserialize: coding.deserialize,
    responseSerialize: coding.serialize,
    responseDeserialize: coding.deserialize,
  },
} as const;
