import { BinaryReader } from "@bufbuild/protobuf/wire";
import type { Server } from "@grpc/grpc-js";
import { ReflectionService } from "@grpc/reflection";
import { descriptorSet } from "@weft/contracts";

/**
 * Server reflection, v1 and v1alpha, for the named services. It serves the descriptors that `buf build` wrote: those that
 * went through proto-loader have broken map entries, `Struct` among them (grpcurl#519).
 */
export function addReflection(server: Server, services: readonly string[]): void {
  const definition = { descriptors: { fileDescriptorProtos: files(descriptorSet()) } };
  type Definition = ConstructorParameters<typeof ReflectionService>[0];
  // It reads nothing of a definition but these bytes.
  new ReflectionService(definition as unknown as Definition, { services: [...services] }).addToServer(server);
}

/** The files of a FileDescriptorSet, each as its own bytes. */
function files(set: Uint8Array): Buffer[] {
  const reader = new BinaryReader(set);
  const found: Buffer[] = [];
  while (reader.pos < reader.len) {
    const [field, type] = reader.tag();
    if (field === 1) found.push(Buffer.from(reader.bytes()));
    else reader.skip(type);
  }
  return found;
}
