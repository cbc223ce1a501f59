// Exits with 0 if the server at the address (first argument) says by grpc.health.v1 that it serves, else with 1.
import { credentials, makeGenericClientConstructor } from "@grpc/grpc-js";
import { service } from "grpc-health-check";

const Health = makeGenericClientConstructor(service, "Health");
const client = new Health(process.argv[2], credentials.createInsecure());
client.check({ service: "" }, { deadline: Date.now() + 2_000 }, (error, response) => {
  const state = error?.message ?? response.status;
  process.stdout.write(`${state}\n`);
  process.exit(state === "SERVING" ? 0 : 1);
});
