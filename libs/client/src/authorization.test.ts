import { expect, test } from "@jest/globals";
import { Code } from "@weft/core";
import { authorization } from "./authorization.js";

test("a token is sent as it is", () => {
  expect(authorization("eyJ.e30.c2ln")).toBe("Bearer eyJ.e30.c2ln");
});

test.each(["", "two words", "line\n", "übel"])("%j cannot be sent, and is not repeated", (token) => {
  expect(() => authorization(token)).toThrow(
    expect.objectContaining({ code: Code.InvalidArgument, message: "token must be visible ASCII characters" }),
  );
});
