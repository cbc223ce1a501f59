/** Tests are compiled by `tsc -b` like everything else and run as plain JavaScript, so each module exists once. */
export default {
  testEnvironment: "node",
  // Most tests wait for processes and sockets most of the time: one worker less than there are cores, as is jest's default,
  // would leave half of a small machine idle.
  maxWorkers: "100%",
  transform: {},
  testMatch: ["<rootDir>/{libs,services}/*/dist/**/*.test.js", "<rootDir>/test/{,bench/}dist/**/*.test.js"],
  testTimeout: 120_000, // above the limit of each wait (test/support/within.ts), which says what it waited for
};
