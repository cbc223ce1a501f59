/** A copy of a column with room for `length` numbers, the new ones set to `fill`. */
export function widen<Column extends Uint32Array | Float64Array>(column: Column, length: number, fill = 0): Column {
  const wider = new (column.constructor as new (length: number) => Column)(length);
  wider.set(column);
  wider.fill(fill, column.length);
  return wider;
}
