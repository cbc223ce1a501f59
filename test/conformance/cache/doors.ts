import { type Action, actions, cacheFunctions, type Store } from "@weft/cache";
import { decodeJsonObject, encodeJson } from "@weft/contracts";
import { Encoding, ExecuteRequest } from "@weft/contracts/gateway";
import { defineService } from "@weft/service";
import { runMesh, unary } from "../../support/running-mesh.js";
import type { Call } from "./script.js";
import { typedDoor } from "./typed-door.js";

/** A way to the actions of one store. */
export interface Door {
  /** Answers with the fields of the reference page; rejects with a WeftError. */
  send(call: Call): Promise<object>;
  close(): Promise<void>;
}

/** A kind of door. Each case gets a new one, on a new store. */
export interface DoorKind {
  readonly name: string;
  /** Whether such a request can be put at all: a typed one has no place for a key that is a number. */
  carries(call: Call): boolean;
  open(store: Store): Promise<Door>;
}

const actionsDoor: DoorKind = {
  name: "the actions themselves",
  carries: () => true,
  open: async (store) => ({
    async send({ action: name, args }) {
      const action: Action = actions[name];
      const { value } = args;
      const raw = value === undefined ? args : { ...args, value: { $case: "data", value } };
      return action.reply(await action.call(store, raw));
    },
    async close() {},
  }),
};

/** The functions of the service, through a real gateway. */
const functionsDoor: DoorKind = {
  name: "functions through a gateway",
  carries: () => true,
  async open(store) {
    const service = defineService({ name: "cache", version: "0", functions: cacheFunctions(store, "public") });
    const mesh = await runMesh([service]);
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

export const doors: readonly DoorKind[] = [actionsDoor, typedDoor, functionsDoor];
