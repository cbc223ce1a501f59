/** Tests are compiled by `tsc -b` like everything else and run as plain JavaScript, so each module exists once. */
export default {
  testEnvironment: "node",
  transform: {},
  testMatch: ["<rootDir>/{libs,services}/*/dist/**/*.test.js", "<rootDir>/test/{,bench/}dist/**/*.test.js"],
  testTimeout: 120_000, // above the limit of each wait (test/support/within.ts), which says what it waited for
};
