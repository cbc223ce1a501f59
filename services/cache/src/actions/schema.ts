/** JSON Schema 2020-12, as far as actions need it. */
export interface Schema {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly enum?: readonly unknown[];
  readonly default?: unknown;
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Schema;
}

export const text = (description: string): Schema => ({ type: "string", description });
export const flag = (description: string): Schema => ({ type: "boolean", description });
export const whole = (description: string): Schema => ({ type: "integer", description });
export const decimal = (description: string): Schema => ({ type: "number", description });
export const any = (description: string): Schema => ({ description });
export const list = (description: string, items: Schema): Schema => ({ type: "array", description, items });
export const object = (description: string, properties: Readonly<Record<string, Schema>>): Schema => ({
  type: "object",
  description,
  properties,
});
/** The same, or null. */
export const orNull = (schema: Schema): Schema => ({ ...schema, type: [String(schema.type), "null"] });

/** What every answer begins with. */
export const success = flag("Always true: what fails has an error instead");
export const sameKey = text("The key, as it was sent");
export const entryVersion = whole("Counts the writes of the namespace, so it is higher for each write; 0: no entry");
