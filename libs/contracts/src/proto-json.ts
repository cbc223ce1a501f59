import {
  createFileRegistry,
  type DescMessage,
  type FileRegistry,
  fromBinary,
  fromJson,
  toBinary,
} from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { descriptorSet } from "./descriptors.js";

/**
 * The bytes of a message that is given in the JSON form of Protobuf, field names in either spelling. Throws an Error that
 * says what is wrong with the JSON. For files and tools: building the registry takes some milliseconds, once.
 */
export function fromProtoJson(messageName: string, json: unknown): Uint8Array {
  registry ??= createFileRegistry(fromBinary(FileDescriptorSetSchema, descriptorSet()));
  const message: DescMessage | undefined = registry.getMessage(messageName);
  if (message === undefined) throw new Error(`no message ${messageName} in the contract`);
  return toBinary(message, fromJson(message, json as Parameters<typeof fromJson>[1], { registry }));
}

let registry: FileRegistry | undefined;
