import type { Pipeline } from "@weft/mesh";
import { cont, type Plugin } from "@weft/plugin-chain";

/** Takes the caller's word for who it is: metadata `x-test-user`, and `x-test-roles` with commas in between. */
export const testIdentity: Plugin<Pipeline> = {
  name: "test-identity",
  after: ["authenticate"],
  before: ["resolve"],
  callbacks: {
    connect(connection) {
      const userId = connection.metadata("x-test-user");
      const roles = connection.metadata("x-test-roles").split(",").filter(Boolean);
      if (userId !== "") connection.identity = { userId, roles, tenant: "", deviceId: "" };
      return cont;
    },
  },
};
