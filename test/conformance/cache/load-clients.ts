/**
 * The clients of C36, as a program of their own: inside jest they take twice the time. Argument: the cache's address.
 * Its parent gets one message with what they sent and what the answers said.
 */
import { credentials, type ServiceError } from "@grpc/grpc-js";
import { channelOptions, encodeValue } from "@weft/contracts";
import {
  CacheServiceClient,
  type ExistsResponse,
  GetRequest,
  type GetResponse,
  type RemoveResponse,
  SetRequest,
  type SetResponse,
  type StatsResponse,
} from "@weft/contracts/cache";
import { seededRandom } from "@weft/core/testkit";

export interface Seen {
  gets: number;
  hits: number;
  sets: number;
  removes: number;
  /** The largest size that any stats showed. */
  largestSize: number;
  /** At the end, when nothing is under way. */
  last: StatsResponse["stats"];
}

const clients = 64;
const callsEach = 1_000;
const keys = 300;
const content = { $case: "value" as const, value: encodeValue("v") };

const address = String(process.argv[2]);
const seen: Seen = { gets: 0, hits: 0, sets: 0, removes: 0, largestSize: 0, last: undefined };
const seeds = Array.from({ length: clients }, (_, i) => i + 1);
await Promise.all(seeds.map(runClient));
const client = connect();
seen.last = (await client.stats()).stats;
client.close();
process.send?.(seen);

async function runClient(seed: number): Promise<void> {
  const random = seededRandom(seed);
  const client = connect();
  for (let i = 0; i < callsEach; i++) {
    const key = `k${Math.floor(random() * keys)}`;
    const kind = random();
    if (kind < 0.4) {
      seen.sets += 1;
      await client.set(key);
    } else if (kind < 0.7) {
      seen.gets += 1;
      if ((await client.get(key)).found) seen.hits += 1;
    } else if (kind < 0.85) {
      seen.gets += 1;
      if ((await client.exists(key)).found) seen.hits += 1;
    } else if (kind < 0.95) {
      if ((await client.remove(key)).removed) seen.removes += 1;
    } else {
      const { stats } = await client.stats();
      seen.largestSize = Math.max(seen.largestSize, stats?.size ?? 0);
    }
  }
  client.close();
}

/** One client with a connection of its own. */
function connect() {
  const client = new CacheServiceClient(address, credentials.createInsecure(), channelOptions);
  return {
    set: (key: string) => answer<SetResponse>((done) => client.set(SetRequest.fromPartial({ key, content }), done)),
    get: (key: string) => answer<GetResponse>((done) => client.get(GetRequest.fromPartial({ key }), done)),
    exists: (key: string) => answer<ExistsResponse>((done) => client.exists({ key, namespace: "" }, done)),
    remove: (key: string) => answer<RemoveResponse>((done) => client.remove({ key, namespace: "" }, done)),
    stats: () => answer<StatsResponse>((done) => client.stats({ namespace: "", allNamespaces: false }, done)),
    close: () => client.close(),
  };
}

function answer<Response>(
  send: (done: (error: ServiceError | null, response: Response) => void) => unknown,
): Promise<Response> {
  return new Promise((resolve, reject) => {
    send((error, response) => (error === null ? resolve(response) : reject(error)));
  });
}
