import { Command } from "commander";
import { addBench } from "./commands/bench.js";
import { addCall } from "./commands/call.js";
import { addCallFlow } from "./commands/call-flow.js";
import { addDescribe } from "./commands/describe.js";
import { addExplain } from "./commands/explain.js";
import { addFunctions } from "./commands/functions.js";
import { addInspect } from "./commands/inspect.js";
import { addInvalidate } from "./commands/invalidate.js";
import { addLimits } from "./commands/limits.js";
import { addNodes } from "./commands/nodes.js";
import { addPlugins } from "./commands/plugins.js";
import { addPull } from "./commands/pull.js";
import { addPush } from "./commands/push.js";
import { addRejected } from "./commands/rejected.js";
import { addResetBreaker } from "./commands/reset-breaker.js";
import { addResult } from "./commands/result.js";
import { addDisable, addEnable } from "./commands/set-enabled.js";
import { addStream } from "./commands/stream.js";
import { addTest } from "./commands/test.js";
import { addVerify } from "./commands/verify.js";
import { addDev } from "./dev/dev.js";
import type { Terminal } from "./terminal.js";

/** A command, with what its help says at the end. */
interface Entry {
  readonly name: string;
  readonly add: (command: Command, terminal: Terminal) => void;
  readonly examples: string;
}

const devEntry: Entry = {
  name: "dev",
  add: addDev,
  examples: `
  weft dev                            services/* of this folder, gateway at 127.0.0.1:7400
  weft dev --listen 127.0.0.1:0       at free ports, beside another weft dev
  weft dev services/gateway services/places
  weft dev --consul 127.0.0.1:8500`,
};

const gatewayEntries: readonly Entry[] = [
  {
    name: "call",
    add: addCall,
    examples: `
  weft call places.find id=2643743
  weft call places.nearby lat=51.5 lon=-0.12 radius_km=20 limit=3
  weft call places.search --args '{"name":"san","limit":5}' --json
  weft call cache.set key=a value:='{"n":1}' ttl=60

name=value is read by the type that the function declares: text as it is, everything else as JSON.
For an argument of type any it is JSON if it can be, else text. name:=JSON is JSON always.`,
  },
  {
    name: "result",
    add: addResult,
    examples: `
  weft call reports.build year=2026     prints the request id of an async call
  weft result 0b0c1a52-5f5c-4f0e-9d53-0a4a3f0f8f57 --timeout 60000`,
  },
  {
    name: "stream",
    add: addStream,
    examples: `
  weft stream places.export country=MT
  weft stream places.export country:=null --limit 100
  weft stream places.export country=US | head -3`,
  },
  {
    name: "bench",
    add: addBench,
    examples: `
  weft bench places.find id=2643743
  weft bench places.find id=2643743 --callers 1 --seconds 5
  weft bench places.search name=san --rate 500 --json

It loads the mesh that it calls, from one process: 64 callers for 10 seconds, unless you say otherwise.`,
  },
  {
    name: "test",
    add: addTest,
    examples: `
  weft test services/cache/examples/simple.yaml
  weft test services/cache/examples/*.yaml --filter "User sessions › Logout"
  weft test sessions.yaml --json

A file is a group, as YAML: a describe, tests, and steps that run before and after them. A test has an it and one call, or
steps, and must expect something: the whole result (expect), some of its fields (expect_part) or an error (expect_error).

describe: Greetings
tests:
  - it: are kept
    steps:
      - {id: stored, call: cache.set, args: {key: "hello-\${run}", value: hi}}
      - {call: cache.get, args: {key: "\${stored.key}"}, expect_part: {found: true, value: hi}}
      - {wait_ms: 100}
      - {call: cache.get, args: {}, expect_error: {code: INVALID_ARGUMENT}}

\${ID.FIELD} is a part of the result of an earlier step, \${run} a text of this run alone. Steps go one after the other.`,
  },
  {
    name: "functions",
    add: addFunctions,
    examples: `
  weft functions
  weft functions places --json`,
  },
  {
    name: "nodes",
    add: addNodes,
    examples: `
  weft nodes
  weft nodes places --json`,
  },
  {
    name: "plugins",
    add: addPlugins,
    examples: `
  weft plugins places
  weft plugins gateway --json`,
  },
  {
    name: "describe",
    add: addDescribe,
    examples: `
  weft describe places.nearby
  weft describe places.nearby --json
  weft describe places.nearby --manifest`,
  },
  {
    name: "explain",
    add: addExplain,
    examples: `
  weft explain places.find id=2643743
  weft explain billing.refund order=42 --as user1 --role admin`,
  },
  {
    name: "call-flow",
    add: addCallFlow,
    examples: `
  weft call-flow places.find
  weft call-flow places --json`,
  },
  {
    name: "reset-breaker",
    add: addResetBreaker,
    examples: `
  weft reset-breaker
  weft reset-breaker --service places --function find --node NODE`,
  },
  {
    name: "inspect",
    add: addInspect,
    examples: `
  weft call places.find id=2643743 --request-id r1
  weft inspect r1`,
  },
  {
    name: "limits",
    add: addLimits,
    examples: `
  weft limits get global
  weft limits get places.find user_id=u1
  weft limits set global user_id=100/10s ip_address=1000/1m
  weft limits set places.find --none
  weft limits reset global user_id=u1

A window is a number of ms, s, m or h. What a function declares itself stays, whatever is set here.`,
  },
  {
    name: "invalidate",
    add: addInvalidate,
    examples: `
  weft invalidate places.search
  weft invalidate places.find id=2643743`,
  },
  {
    name: "enable",
    add: addEnable,
    examples: `
  weft enable places.find`,
  },
  {
    name: "disable",
    add: addDisable,
    examples: `
  weft disable places.find
  weft disable billing.refund --function-version 2.0.0`,
  },
  {
    name: "rejected",
    add: addRejected,
    examples: `
  weft rejected
  weft rejected --service billing --source push --json`,
  },
  {
    name: "push",
    add: addPush,
    examples: `
  weft push billing.json --token-file push-token
  weft push billing.json --token-file push-token --force

The file: {"service": "billing", "nodes": ["10.0.0.5:7000"], "config_version": "1.0.0", "functions":
[{"service": "billing", "function": "charge", "mode": "sync", "permission": {"any_authenticated": true}}]}`,
  },
  {
    name: "verify",
    add: addVerify,
    examples: `
  weft verify billing 1.0.0`,
  },
  {
    name: "pull",
    add: addPull,
    examples: `
  weft pull
  weft pull billing --force`,
  },
];

const exitCodes = `
Exit codes: 0 it worked; 1 the call, or a service, failed; 2 wrong usage or configuration.
With --json an error is one JSON object on standard error.`;

/** The whole command line. Its parse throws a CommanderError where commander would exit. */
export function createProgram(terminal: Terminal): Command {
  const program = new Command("weft")
    .description("Run a mesh on this machine, and call its functions.")
    .exitOverride()
    .showHelpAfterError(false)
    .configureOutput({
      writeOut: (text) => void terminal.out.write(text),
      writeErr: (text) => void terminal.err.write(text),
      outputError: () => {}, // it is thrown too, and reported like every other
    })
    .addHelpText("after", exitCodes);

  addEntry(program, devEntry, terminal);
  for (const entry of gatewayEntries) {
    addEntry(program, entry, terminal)
      .option("--gateway <address>", "of the gateway (default: WEFT_GATEWAY or 127.0.0.1:7400)")
      .option(
        "--token <token>",
        "to say who you are (default: WEFT_TOKEN, which other users of the machine cannot see)",
      )
      .option("--json", "print JSON for programs");
  }
  return program;
}

function addEntry(program: Command, { name, add, examples }: Entry, terminal: Terminal): Command {
  const command = program.command(name);
  add(command, terminal);
  return command.addHelpText("after", `\nExamples:${examples}\n${exitCodes}`);
}
