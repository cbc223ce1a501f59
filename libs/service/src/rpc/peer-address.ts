/** The IP address in what grpc-js says of a peer: "[::1]:5" and "::1:5" are both ::1; ports never hold a colon. */
export function peerAddress(peer: string): string {
  const host = peer.slice(0, Math.max(0, peer.lastIndexOf(":"))) || peer;
  const bare = host.startsWith("[") ? host.slice(1, -1) : host;
  // A socket that takes IPv4 and IPv6 shows every IPv4 caller so.
  return bare.startsWith("::ffff:") && bare.includes(".") ? bare.slice("::ffff:".length) : bare;
}
