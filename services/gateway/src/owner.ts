import type { Identity } from "@weft/mesh";

/** Whose streams and outcomes these are: the user's; without one, everybody's at that address. */
export function ownerOf(caller: { readonly identity: Identity; readonly peerAddress: string }): string {
  return caller.identity.userId === "" ? `peer ${caller.peerAddress}` : `user ${caller.identity.userId}`;
}
