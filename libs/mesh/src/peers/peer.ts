import type { Node } from "@weft/discovery";
import { Breakers } from "../policies/breaker/breakers.js";
import { fnv1a, mix } from "../selection/name-hash.js";
import type { NodeConnection } from "../transport/node-connection.js";
import { Ejection } from "./ejection.js";
import { Impairments } from "./impairments.js";
import { Load } from "./load.js";

/** A node as this process knows it: its entry in discovery, the way to reach it, and how it has behaved. */
export class Peer {
  readonly connection: NodeConnection;
  readonly ejection = new Ejection(
    (isOut) => this.#impairments.left(isOut ? 1 : -1),
    () => this.#impairments.changed(),
  );
  readonly breakers: Breakers;
  readonly load = new Load();
  /** Of its id, well spread over 32 bits, for choosing by hash. */
  readonly idHash: number;
  /** The entry as discovery last gave it. */
  node: Node;
  inFlight = 0;
  /** Discovery no longer lists it. */
  isGone = false;
  #isDraining = false;
  #impairments: Impairments;

  /** `impairments` are shared by all peers of a process. */
  constructor(node: Node, connection: NodeConnection, impairments = new Impairments()) {
    this.node = node;
    this.connection = connection;
    this.idHash = mix(fnv1a(node.id)) | 0;
    this.#impairments = impairments;
    this.breakers = new Breakers(node.id, () => this.#impairments);
    connection.onDraining?.((isDraining) => this.#drains(isDraining));
  }

  get id(): string {
    return this.node.id;
  }

  /** What is wrong among the peers of this process. */
  get impairments(): Impairments {
    return this.#impairments;
  }

  /** The node has asked for no more calls. */
  get isDraining(): boolean {
    return this.#isDraining;
  }

  /** Until it can be reached again, in milliseconds; 0: it can. Infinity: nobody knows. */
  unreachableMs(nowMs: number): number {
    return this.isGone || this.#isDraining ? Number.POSITIVE_INFINITY : this.ejection.waitMs(nowMs);
  }

  /** Until a call of the function with this hash may go there, in milliseconds; 0: now. */
  waitMs(hash: string, nowMs: number): number {
    return Math.max(this.unreachableMs(nowMs), this.breakers.waitMs(hash, nowMs));
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
    this.#drains(false);
    this.#impairments = new Impairments();
    this.connection.close();
  }

  #drains(isDraining: boolean): void {
    if (this.#isDraining === isDraining) return;
    this.#isDraining = isDraining;
    this.#impairments.left(isDraining ? 1 : -1);
  }
}
