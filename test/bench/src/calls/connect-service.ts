import { create, createFileRegistry, type DescService } from "@bufbuild/protobuf";
import type { GenService } from "@bufbuild/protobuf/codegenv2";
import {
  type BytesValueSchema,
  FileDescriptorProtoSchema,
  file_google_protobuf_wrappers as wrappers,
} from "@bufbuild/protobuf/wkt";

const bytes = ".google.protobuf.BytesValue";

const file = create(FileDescriptorProtoSchema, {
  name: "bench/places.proto",
  package: "bench",
  syntax: "proto3",
  dependency: [wrappers.proto.name],
  service: [{ name: "Places", method: [{ name: "Find", inputType: bytes, outputType: bytes }] }],
});

/** The same service as `bytesService`, as connect takes it. */
export const connectService = placesService() as GenService<{
  find: { methodKind: "unary"; input: typeof BytesValueSchema; output: typeof BytesValueSchema };
}>;

function placesService(): DescService {
  const service = createFileRegistry(file, () => wrappers).getService("bench.Places");
  if (service === undefined) throw new Error("the descriptor has no bench.Places");
  return service;
}
