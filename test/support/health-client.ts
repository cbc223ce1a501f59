import { type ClientReadableStream, credentials, makeClientConstructor, type ServiceError } from "@grpc/grpc-js";
import { channelOptions } from "@weft/contracts";
import { service } from "grpc-health-check";

interface HealthStatus {
  readonly status: string;
}

type Answer<T> = (error: ServiceError | null, response: T) => void;

interface HealthRpcs {
  check(request: { service: string }, options: { deadline: number }, done: Answer<HealthStatus>): void;
  list(request: object, options: { deadline: number }, done: Answer<{ statuses: Record<string, HealthStatus> }>): void;
  watch(request: { service: string }): ClientReadableStream<HealthStatus>;
  close(): void;
}

/** grpc.health.v1 of one port, as a probe sees it. */
export interface HealthClient {
  /** "SERVING", "NOT_SERVING"; rejects with the gRPC error. */
  check(service: string): Promise<string>;
  list(): Promise<Record<string, string>>;
  /** What the service is now, and each change. */
  watch(service: string): AsyncIterator<HealthStatus>;
  close(): void;
}

export function healthClient(address: string): HealthClient {
  const Client = makeClientConstructor(service, "Health");
  const client = new Client(address, credentials.createInsecure(), channelOptions) as unknown as HealthRpcs;
  const watches: ClientReadableStream<HealthStatus>[] = [];

  const ask = <T>(start: (options: { deadline: number }, done: Answer<T>) => void) =>
    new Promise<T>((resolve, reject) => {
      start({ deadline: Date.now() + 5_000 }, (error, response) =>
        error === null ? resolve(response) : reject(error),
      );
    });

  return {
    check: async (service) => (await ask<HealthStatus>((...rest) => client.check({ service }, ...rest))).status,
    async list() {
      const { statuses } = await ask<{ statuses: Record<string, HealthStatus> }>((...rest) => client.list({}, ...rest));
      return Object.fromEntries(Object.entries(statuses).map(([name, { status }]) => [name, status]));
    },
    watch(service) {
      const call = client.watch({ service });
      call.on("error", () => {}); // the iteration throws it
      watches.push(call);
      return call[Symbol.asyncIterator]();
    },
    close() {
      for (const call of watches) call.cancel();
      client.close();
    },
  };
}
