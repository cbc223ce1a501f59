import type { Subject } from "../fresh-process.js";
import { answer, engineWith, request } from "./mesh.js";
import type { PolicyName } from "./policies.js";

export interface EngineOptions {
  readonly policies: readonly PolicyName[];
}

/** Whole calls, one after the other: made, admitted, sent to a node that answers at once, settled. */
export async function prepare({ policies }: EngineOptions): Promise<Subject> {
  const mesh = await engineWith(policies);
  const call = () => mesh.execute(mesh.newCall(request()));
  return {
    async prove() {
      const { json } = await call();
      if (json !== answer) throw new Error("the node's answer did not come back");
    },
    async batch(times) {
      let bytes = 0;
      for (let left = times; left > 0; left--) bytes += (await call()).json.length;
      if (bytes !== times * answer.length) throw new Error(`${times} answers have ${bytes} bytes together`);
    },
    end: () => mesh.close(),
  };
}
