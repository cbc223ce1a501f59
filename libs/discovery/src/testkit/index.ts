export { type BackendContractOptions, type BackendHarness, backendContract } from "./backend-contract.js";
