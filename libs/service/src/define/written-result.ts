/**
 * A result that a handler has as JSON already, in place of data that would be written as JSON again. It must be one JSON value
 * in UTF-8, within what a result may hold: nobody looks at it again on this node.
 */
export class WrittenResult {
  readonly json: Buffer;

  constructor(json: Buffer) {
    this.json = json;
  }
}
