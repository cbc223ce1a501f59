import type { Node } from "@weft/discovery";
import { fnv1a } from "../selection/name-hash.js";
import type { NodeConnection } from "../transport/node-connection.js";
import { Ejection } from "./ejection.js";
import { Load } from "./load.js";

/** A node as this process knows it: its entry in discovery, the way to reach it, and how it has behaved. */
export class Peer {
  readonly connection: NodeConnection;
  readonly ejection = new Ejection();
  readonly load = new Load();
  /** Of its id, for choosing by hash. */
  readonly idHash: number;
  /** The entry as discovery last gave it. */
  node: Node;
  inFlight = 0;

  constructor(node: Node, connection: NodeConnection) {
    this.node = node;
    this.connection = connection;
    this.idHash = fnv1a(node.id);
  }

  get id(): string {
    return this.node.id;
  }
}
