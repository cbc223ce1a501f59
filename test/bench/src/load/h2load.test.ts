import { expect, test } from "@jest/globals";
import { latenciesOf, parseH2load } from "./h2load.js";

const printed = `starting benchmark...
finished in 500.13ms, 9224.00 req/s, 703.61KB/s
requests: 4676 total, 4676 started, 4612 done, 4612 succeeded, 0 failed, 0 errored, 0 timeout
status codes: 4612 2xx, 0 3xx, 0 4xx, 0 5xx
traffic: 351.80KB (360248) total, 81.08KB (83021) headers (space savings 86.67%), 216.19KB (221376) data
                     min         max         mean         sd        +/- sd
time for request:     2.07ms     14.46ms      6.88ms      1.52ms    77.32%
`;

test("the calls, the time that they took and the bytes of their answers are read from what h2load prints", () => {
  expect(parseH2load(printed)).toEqual({ calls: 4612, seconds: 0.5, answerBytes: 221376 });
});

test.each([
  ["a request that failed", printed.replace("0 failed", "3 failed"), "3 failed"],
  ["no request", printed.replace("4612 succeeded", "0 succeeded"), "0 succeeded"],
  ["no server", "Could not connect to host\n", "Could not connect to host"],
])("%s is no result", (_, text, problem) => {
  expect(() => parseH2load(text)).toThrow(problem);
});

test("latencies come from the log, whatever order its lines have", () => {
  const log = Array.from({ length: 100 }, (_, i) => `16999${i}\t200\t${(100 - i) * 1_000}\n`).join("");

  const { p50Ms, p99Ms } = latenciesOf(log);

  expect(Math.round(p50Ms)).toBe(50);
  expect(Math.round(p99Ms)).toBe(99);
});
