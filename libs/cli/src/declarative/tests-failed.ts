/** Tests ran, and some failed. Each has been told already. */
export class TestsFailed extends Error {
  override readonly name = "TestsFailed";

  constructor(failed: number, all: number) {
    super(`${failed} of ${all} tests failed`);
  }
}
