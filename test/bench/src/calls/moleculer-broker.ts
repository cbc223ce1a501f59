import { ServiceBroker } from "moleculer";
import { limitMs } from "./work.js";

/** On the TCP transporter, whose nodes know each other by address here: what it broadcasts would leave the machine. */
export function tcpBroker(nodeID: string, server = ""): ServiceBroker {
  return new ServiceBroker({
    nodeID,
    logger: false,
    requestTimeout: limitMs,
    transporter: { type: "TCP", options: { udpDiscovery: false, urls: server } },
  });
}
