import type { Server } from "@grpc/grpc-js";
import { HealthImplementation } from "grpc-health-check";

/** grpc.health.v1 on one server: for the whole of it (""), and for each of its services. */
export interface Health {
  set(isServing: boolean): void;
}

export function addHealth(server: Server, services: readonly string[]): Health {
  const names = ["", ...services];
  const health = new HealthImplementation(Object.fromEntries(names.map((name) => [name, "NOT_SERVING"])));
  health.addToServer(server);
  return {
    set(isServing) {
      for (const name of names) health.setStatus(name, isServing ? "SERVING" : "NOT_SERVING");
    },
  };
}
