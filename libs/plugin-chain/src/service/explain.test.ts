import { expect, test } from "@jest/globals";
import { around, cont, createService, step } from "../index.js";

test("explain prints the chain, the callbacks and the configuration, and why; no secrets", async () => {
  const callbacks = {
    admit: step<[call: string], "admitted">({ default: "admitted" }),
    execute: around<[call: string], string>(),
  };
  const service = createService({
    service: { name: "places", callbacks: { execute: () => (call) => call } },
    callbacks,
    plugins: [
      {
        name: "rate-limit",
        after: ["authenticate"],
        settings: { secrets: ["token", "tls.key"] },
        callbacks: { admit: () => cont },
      },
      { name: "metrics", deps: ["clock"], callbacks: { execute: (next) => next } },
      { name: "authenticate" },
    ],
    catalogue: [{ name: "clock" }],
    config: { "rate-limit": { perSecond: 5, token: "hunter2", tls: { key: "hunter3", cert: "shown" } } },
  });
  await service.start({ config: { region: "eu" } });
  await service.setAdminStatus("pause", "maintenance");

  expect(service.explain()).toBe(`service places: paused (maintenance), wanted pause, 0 calls in flight, revision 1
chain, as callbacks reach it; it starts from the bottom up:
  places        started  the service
  metrics       started  listed by "places"
  clock         started  needed by "metrics"; "metrics" needs "clock"
  authenticate  started  listed by "places"
  rate-limit    started  listed by "places"; "rate-limit" goes after "authenticate"
  base          started  the bottom
callbacks, from the top down:
  admit (step of 1)
    rate-limit    listed by "places"; "rate-limit" goes after "authenticate"
    then: "admitted"
  execute (around of 1)
    places        the service
    metrics       listed by "places"
    then: UnhandledCallback
configuration:
  rate-limit = {"perSecond":5,"token":"[redacted]","tls":{"key":"[redacted]","cert":"shown"}}  (static)
  region = "eu"  (start)`);
  expect(JSON.stringify(service.info())).not.toContain("hunter");

  await service.removePlugin("rate-limit");
  expect(service.explain()).not.toContain("hunter");
});
