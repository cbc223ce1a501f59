import { type Action, actions, type CacheNamespaces, cacheFunctions } from "@weft/cache";
import { decodeJsonObject, encodeJson } from "@weft/contracts";
import { Encoding, ExecuteRequest } from "@weft/contracts/gateway";
import { defineService } from "@weft/service";
import { runMesh, unary } from "../../support/running-mesh.js";
import { openCachePort } from "./cache-port.js";
import type { Call } from "./script.js";
import { typedDoor } from "./typed-door.js";

/** A way to the actions of one cache. */
export interface Door {
  /** Answers with the fields of the reference page; rejects with a WeftError. */
  send(call: Call): Promise<object>;
  close(): Promise<void>;
}

/** A kind of door. Each case gets a new one, on a new cache. */
export interface DoorKind {
  readonly name: string;
  /** Its answers have fields beyond those that a case expects. */
  readonly tellsMore: boolean;
  /** Whether such a request can be put at all: a typed one has no place for a key that is a number. */
  carries(call: Call): boolean;
  open(namespaces: CacheNamespaces): Promise<Door>;
}

const actionsDoor: DoorKind = {
  name: "the actions themselves",
  tellsMore: false,
  carries: () => true,
  open: async (namespaces) => ({
    async send({ action: name, args }) {
      const action = actions[name] as object as Action;
      return decodeJsonObject(encodeJson(action.reply(await action.call(namespaces, args)))).value;
    },
    async close() {},
  }),
};

/** Execute on the cache's own port, with real sockets. */
const executeDoor: DoorKind = {
  name: "Execute",
  tellsMore: false,
  carries: () => true,
  async open(namespaces) {
    const port = await openCachePort(namespaces);
    return {
      async send({ action, args }) {
        const { output } = await port.call("execute", {
          input: { $case: "json", value: encodeJson({ action, ...args }) },
        });
        return decodeJsonObject(output?.value ?? Buffer.alloc(0)).value;
      },
      close: port.close,
    };
  },
};

/** The functions of the service, through a real gateway. */
const functionsDoor: DoorKind = {
  name: "functions through a gateway",
  tellsMore: false,
  carries: () => true,
  async open(namespaces) {
    const functions = cacheFunctions(namespaces, { permission: "public" });
    const mesh = await runMesh([defineService({ name: "cache", version: "0", functions })]);
    return {
      async send({ action, args }) {
        const request = ExecuteRequest.fromPartial({
          service: "cache",
          function: action,
          arguments: { $case: "argsJson", value: encodeJson(args) },
          resultEncoding: Encoding.ENCODING_JSON,
        });
        const { outcome } = await unary(mesh.client, "execute", request);
        if (outcome?.$case !== "resultJson") throw new Error(`no result but ${outcome?.$case}`);
        return decodeJsonObject(outcome.value).value;
      },
      close: () => mesh.close(),
    };
  },
};

export const doors: readonly DoorKind[] = [actionsDoor, typedDoor, executeDoor, functionsDoor];
