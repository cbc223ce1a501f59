export { type GatewayOptions, startGateway } from "./app.js";
export { type GatewaySettings, gatewaySettings } from "./config.js";
