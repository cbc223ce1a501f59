import type { Identity } from "./call.js";

/** Whose streams and outcomes these are: the user's; without one, everybody's at that address. */
export function ownerOf(caller: { readonly identity: Identity; readonly peerAddress: string }): string {
  const { userId, tenant } = caller.identity;
  return userId === "" ? `peer ${caller.peerAddress}` : `user ${tenant}\n${userId}`;
}
