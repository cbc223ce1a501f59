import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** Stands in front of a port, and cuts, delays or holds up what goes through. */
export interface CuttableProxy {
  /** host:port. */
  readonly address: string;
  /** Where new connections go. */
  target: string;
  /** How much later the target gets what is sent to it from now on. Must not shrink while bytes are on their way. */
  delayMs: number;
  /** Breaks one of its connections, by a draw between 0 and 1. */
  cut(draw: number): void;
  /** Nothing that is sent to the target from now on is read. */
  holdUp(): void;
  close(): void;
}

export async function cuttableProxy(target = ""): Promise<CuttableProxy> {
  const sockets = new Set<Socket>();
  let isHeldUp = false;

  function keep(socket: Socket, other: Socket): void {
    sockets.add(socket);
    socket.on("error", () => {}); // that is what this is for
    socket.on("close", () => {
      sockets.delete(socket);
      other.destroy();
    });
  }

  const incoming = new Set<Socket>();
  const server = createServer((socket) => {
    const [host = "", port = ""] = proxy.target.split(":");
    const onwards = connect(Number(port), host);
    keep(socket, onwards);
    keep(onwards, socket);
    incoming.add(socket);
    socket.on("close", () => incoming.delete(socket));
    onwards.pipe(socket);
    socket.on("data", (bytes) => {
      if (proxy.delayMs === 0) onwards.write(bytes);
      else setTimeout(() => onwards.write(bytes), proxy.delayMs); // timers of one length fire in order
    });
    if (isHeldUp) socket.pause();
  });
  await once(server.listen(0, "127.0.0.1"), "listening");

  const proxy: CuttableProxy = {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    target,
    delayMs: 0,
    cut(draw) {
      [...incoming][Math.floor(draw * incoming.size)]?.resetAndDestroy();
    },
    holdUp() {
      isHeldUp = true;
      for (const socket of incoming) socket.pause();
    },
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
  return proxy;
}
