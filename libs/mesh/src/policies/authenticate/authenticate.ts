import { type Clock, type Logger, WeftError } from "@weft/core";
import { type Cont, cont, type Plugin } from "@weft/plugin-chain";
import { type Connection, credentialsExpired } from "../../connection.js";
import { explainStep } from "../../explanation.js";
import type { Pipeline } from "../../pipeline.js";
import { type Authenticated, badCredentials, type Way } from "./way.js";

export interface AuthenticateOptions {
  /** Asked in this order; the first that finds credentials of its kind decides. */
  readonly ways: readonly Way[];
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * Finds out who is at the other end of a connection. Without credentials he is anonymous; with bad ones he is refused,
 * also by functions that would take him without: he believes to be somebody.
 */
export function authenticate({ ways, clock, logger }: AuthenticateOptions): Plugin<Pipeline> {
  const names = ways.map(({ name }) => name).join(", ");

  function accept(connection: Connection, { identity, expiresAt }: Authenticated): Cont {
    if (expiresAt <= clock.wallTime()) throw credentialsExpired();
    connection.identity = identity;
    connection.expiresAt = expiresAt;
    return cont;
  }

  function ask(connection: Connection, from: number): Cont | Promise<Cont> {
    for (let at = from; at < ways.length; at++) {
      const found = ways[at]?.authenticate(connection);
      if (found instanceof Promise)
        return found.then((late) => (late === undefined ? ask(connection, at + 1) : accept(connection, late)));
      if (found !== undefined) return accept(connection, found);
    }
    if (connection.metadata("authorization") !== "") throw badCredentials("of a kind that is not known here");
    return cont;
  }

  /** The log has what the caller is not told. */
  function refused(thrown: unknown, { peerAddress }: Connection): unknown {
    if (thrown instanceof WeftError) logger.info({ err: thrown, peer_address: peerAddress }, "credentials refused");
    return thrown;
  }

  return {
    name: "authenticate",
    before: ["resolve"],
    callbacks: {
      connect(connection) {
        try {
          const asked = ask(connection, 0);
          if (!(asked instanceof Promise)) return asked;
          return asked.catch((thrown) => {
            throw refused(thrown, connection);
          });
        } catch (thrown) {
          throw refused(thrown, connection);
        }
      },
      explain: explainStep(({ request: { identity } }) => ({
        phase: "authenticate",
        rule: `${names}; without credentials anonymous`,
        reason: identity.userId === "" ? "the caller is anonymous" : `the caller is the user ${identity.userId}`,
        details: { user_id: identity.userId, roles: identity.roles, tenant: identity.tenant },
      })),
    },
  };
}
