export { type OutgoingPipelineOptions, outgoingPipeline } from "../host/outgoing-pipeline.js";
export type { Fault, Faults, Target } from "./faults.js";
export { createTestMesh, type TestCallOptions, type TestMesh, type TestMeshOptions } from "./test-mesh.js";
export type { TestNode } from "./test-node.js";
