import { descriptors } from "./gen/descriptors.js";

/** The FileDescriptorSet of proto/ as `buf build` wrote it: what reflection serves. */
export function descriptorSet(): Buffer {
  return Buffer.from(descriptors, "base64");
}
