/** `npm run demo`: starts a mesh with `weft dev`, calls it as a client of any language would, and compares the answers. */
import { createChecks } from "./checks.js";
import { startDevMesh } from "./dev-mesh.js";
import { connect } from "./foreign-client.js";
import {
  cacheAtItsOwnPort,
  cacheThroughTheGateway,
  type Doors,
  findAPlace,
  placesNearby,
  refusedCall,
  searchPlaces,
  streamCities,
} from "./steps.js";

const print = (line: string) => void process.stdout.write(`${line}\n`);
const checks = createChecks(print);

print("Starting a mesh: weft dev --listen 127.0.0.1:0");
const mesh = await startDevMesh();
const cacheAddress = mesh.processes.find(({ service }) => service === "cache")?.publicAddress ?? "";
print(`${mesh.processes.length} processes; gateway at ${mesh.gateway}, cache at ${cacheAddress}`);

const doors: Doors = {
  gateway: connect("weft.v1.GatewayService", mesh.gateway),
  cache: connect("weft.cache.v1.CacheService", cacheAddress),
  checks,
};
const steps = [
  findAPlace,
  searchPlaces,
  placesNearby,
  streamCities,
  cacheThroughTheGateway,
  cacheAtItsOwnPort,
  refusedCall,
];
try {
  for (const step of steps) {
    await step(doors).catch((error) => checks.fail(`${step.name} failed: ${error}`));
  }
} finally {
  doors.gateway.close();
  doors.cache.close();
  checks.expect("the exit code of weft dev", await mesh.end(), 0);
}

const { differences } = checks;
print(differences.length === 0 ? "\nAll as expected." : `\n${differences.length} differ:\n${differences.join("\n")}`);
process.exitCode = differences.length === 0 ? 0 : 1;
