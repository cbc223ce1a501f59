import { join } from "node:path";
import {
  type ClientDuplexStream,
  credentials,
  loadPackageDefinition,
  type ServiceClientConstructor,
} from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";
import { channelOptions } from "@weft/contracts";
import { repositoryRoot } from "./repository.js";

export type ReflectionVersion = "v1" | "v1alpha";

type Question = { listServices: string } | { fileContainingSymbol: string } | { fileByFilename: string };

interface ReflectionResponse {
  readonly listServicesResponse?: { readonly service: readonly { readonly name: string }[] };
  readonly fileDescriptorResponse?: { readonly fileDescriptorProto: readonly Uint8Array[] };
  readonly errorResponse?: { readonly errorCode: number; readonly errorMessage: string };
}

type Loaded = { readonly ServerReflection: ServiceClientConstructor };
type LoadedReflection = { readonly grpc: { readonly reflection: Readonly<Record<ReflectionVersion, Loaded>> } };

/** Server reflection of one port. */
export interface ReflectionClient {
  services(): Promise<string[]>;
  /** The serialized FileDescriptorProtos that a question is answered with. */
  files(question: Question): Promise<readonly Uint8Array[]>;
  close(): void;
}

export function reflectionClient(address: string, version: ReflectionVersion): ReflectionClient {
  const Client = clientOf(version);
  const client = new Client(address, credentials.createInsecure(), channelOptions);

  async function ask(question: Question): Promise<ReflectionResponse> {
    const call: ClientDuplexStream<Question, ReflectionResponse> = client.serverReflectionInfo?.({
      deadline: Date.now() + 5_000,
    });
    call.end(question);
    for await (const response of call as AsyncIterable<ReflectionResponse>) {
      if (response.errorResponse) throw new Error(response.errorResponse.errorMessage);
      return response;
    }
    throw new Error("no answer");
  }

  return {
    async services() {
      const { listServicesResponse } = await ask({ listServices: "" });
      return (listServicesResponse?.service ?? []).map(({ name }) => name);
    },
    async files(question) {
      return (await ask(question)).fileDescriptorResponse?.fileDescriptorProto ?? [];
    },
    close: () => client.close(),
  };
}

function clientOf(version: ReflectionVersion): ServiceClientConstructor {
  const file = join(
    repositoryRoot,
    `node_modules/@grpc/reflection/build/proto/grpc/reflection/${version}/reflection.proto`,
  );
  const loaded = loadPackageDefinition(loadSync(file)) as unknown as LoadedReflection;
  return loaded.grpc.reflection[version].ServerReflection;
}
