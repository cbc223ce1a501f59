/** What every contestant's function takes: two strings, 100 bytes as JSON. */
export interface Arguments {
  readonly id: string;
  readonly note: string;
}

export interface Answer {
  readonly id: string;
  readonly name: string;
}

const note = "what a caller might say of the place that it asks for, in".padEnd(66, ".");

export function argumentsOf(sequence: number): Arguments {
  return { id: `p${sequence}`.padEnd(16, "-"), note };
}

/** The work itself is nothing: what is measured is the way to it and back. */
export function find({ id, note: said }: Arguments): Answer {
  if (said.length !== note.length) throw new Error("the arguments did not arrive");
  return { id, name: "London" };
}

/** Throws unless it is the answer to the arguments of this sequence. */
export function check(answer: Answer, sequence: number): void {
  const { id } = argumentsOf(sequence);
  if (answer.id !== id || answer.name !== "London") throw new Error(`${JSON.stringify(answer)} is not of ${id}`);
}

export function toJson(value: Arguments | Answer): Buffer {
  return Buffer.from(JSON.stringify(value));
}

export function fromJson<Value extends Arguments | Answer>(json: Uint8Array): Value {
  return JSON.parse(Buffer.from(json.buffer, json.byteOffset, json.byteLength).toString()) as Value;
}

/** The deadline that every contestant sets. */
export const limitMs = 5_000;
