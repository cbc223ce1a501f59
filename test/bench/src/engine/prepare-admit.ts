import type { Subject } from "../fresh-process.js";
import { engineWith, request } from "./mesh.js";
import type { EngineOptions } from "./prepare-execute.js";

/** What stands between a request and its being sent: found, limited, authorized, parsed, checked. */
export async function prepare({ policies }: EngineOptions): Promise<Subject> {
  const mesh = await engineWith(policies);
  const { dispatch } = mesh.policies.enter();
  const settle = { error: undefined, elapsedMs: 0 };
  const admit = () => {
    const call = mesh.newCall(request());
    const admitted = dispatch.admit(call);
    if (admitted instanceof Promise) throw new Error("a typical call is admitted at once");
    dispatch.settled(call, settle);
    return call.argsJson.length;
  };
  return {
    prove() {
      if (admit() === 0) throw new Error("no arguments to send");
    },
    batch(times) {
      let bytes = 0;
      for (let left = times; left > 0; left--) bytes += admit();
      if (bytes < times) throw new Error("no arguments to send");
    },
    end: () => mesh.close(),
  };
}
