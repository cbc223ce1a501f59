/** True for HOST:PORT, where an IPv6 host stands in brackets. */
export function isAddress(text: string): boolean {
  const port = Number(/^(?:\[[0-9A-Fa-f:.]+\]|[^\s:/[\]]+):(\d{1,5})$/.exec(text)?.[1] ?? Number.NaN);
  return port <= 65_535;
}

/** The host of an address, as it stands there. */
export function hostOf(address: string): string {
  return address.slice(0, address.lastIndexOf(":"));
}

/** True for an address that leaves the choice of a port to the system. */
export function hasFreePort(address: string): boolean {
  return address.endsWith(":0");
}
