import { around, cont, createService, type Plugin, step } from "@weft/plugin-chain";

// What a call consists of is declared once, with its types.
const callbacks = {
  admit: step<[name: string], "admitted">({ default: "admitted" }),
  greet: around<[name: string], Promise<string>>({ default: async (name) => `hello ${name}` }),
};
type Greeter = typeof callbacks;

const noStrangers: Plugin<Greeter> = {
  name: "no-strangers",
  callbacks: {
    admit(name) {
      if (name !== "stranger") return cont; // the next plugin decides
      throw new Error("no strangers");
    },
  },
};

const loud: Plugin<Greeter> = {
  name: "loud",
  after: ["no-strangers"],
  callbacks: { greet: (next) => async (name) => `${await next(name)}!` },
};

export const greeter = createService({ service: { name: "greeter" }, callbacks, plugins: [loud, noStrangers] });

await greeter.start();
await greeter.call.admit("ann"); // "admitted"
await greeter.call.greet("ann"); // "hello ann!"
