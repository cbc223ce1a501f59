import type { Node } from "@weft/discovery";
import { Breakers } from "../policies/breaker/breakers.js";
import { fnv1a } from "../selection/name-hash.js";
import type { NodeConnection } from "../transport/node-connection.js";
import { Ejection } from "./ejection.js";
import { Impairments } from "./impairments.js";
import { Load } from "./load.js";

/** A node as this process knows it: its entry in discovery, the way to reach it, and how it has behaved. */
export class Peer {
  readonly connection: NodeConnection;
  readonly ejection = new Ejection((isOut) => this.#impairments.ejected(isOut ? 1 : -1));
  readonly breakers: Breakers;
  readonly load = new Load();
  /** Of its id, for choosing by hash. */
  readonly idHash: number;
  /** The entry as discovery last gave it. */
  node: Node;
  inFlight = 0;
  /** Discovery no longer lists it. */
  isGone = false;
  #impairments: Impairments;

  /** `impairments` are shared by all peers of a process. */
  constructor(node: Node, connection: NodeConnection, impairments = new Impairments()) {
    this.node = node;
    this.connection = connection;
    this.idHash = fnv1a(node.id);
    this.#impairments = impairments;
    this.breakers = new Breakers(node.id, (hash, change) => this.#impairments.opened(hash, change));
  }

  get id(): string {
    return this.node.id;
  }

  /** What is wrong among the peers of this process. */
  get impairments(): Impairments {
    return this.#impairments;
  }

  /** Takes back what its failures have led to. */
  forget(): void {
    this.ejection.forget();
    this.breakers.forget();
  }

  /** Takes no new calls; those under way finish, and what they say does not count any more. */
  leave(): void {
    this.isGone = true;
    this.forget();
    this.#impairments = new Impairments();
    this.connection.close();
  }
}
