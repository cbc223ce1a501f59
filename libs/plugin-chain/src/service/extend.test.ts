import { expect, test } from "@jest/globals";
import { createService, type Plugin, step } from "../index.js";

const callbacks = { greet: step<[name: string], string>({ default: "nobody" }) };
type Greeting = typeof callbacks;

const counter = () => {
  let count = 0;
  return {
    name: "counter",
    callbacks: {
      greet(name) {
        count += 1;
        return `hello ${name}`;
      },
    },
    extend: () => ({
      greeted: () => count,
      get total() {
        return count;
      },
    }),
  } satisfies Plugin<Greeting>;
};

const shouter = {
  name: "shouter",
  extend: (service) => ({ shout: async (name: string) => (await service.call.greet(name)).toUpperCase() }),
} satisfies Plugin<Greeting>;

test("plugins add typed members to the handle", async () => {
  const service = createService({ service: { name: "S" }, callbacks, plugins: [counter(), shouter] });
  await service.start();

  expect(await service.shout("ann")).toBe("HELLO ANN");
  const greeted: number = service.greeted();
  expect([greeted, service.total]).toEqual([1, 1]);
  // @ts-expect-error: nobody adds this member
  expect(service.whisper).toBeUndefined();
});

test("a member that is taken is refused, with the name of the plugin", () => {
  const greedy = { name: "greedy", extend: () => ({ start: 7 }) };

  expect(() => createService({ service: { name: "S" }, callbacks, plugins: [greedy] })).toThrow(
    'plugin "greedy", extend: the service already has a member "start"',
  );
});
