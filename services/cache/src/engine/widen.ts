type Column = Uint8Array | Uint32Array | Float64Array;

/** A copy of a column with room for `length` numbers, the new ones set to `fill`. */
export function widen<Same extends Column>(column: Same, length: number, fill = 0): Same {
  const wider = new (column.constructor as new (length: number) => Same)(length);
  wider.set(column);
  if (fill !== 0) wider.fill(fill, column.length);
  return wider;
}
