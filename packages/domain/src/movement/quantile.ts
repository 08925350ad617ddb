/**
 * Moves the value that is at `place` in ascending order there, the smaller ones before it and the others after it (Hoare's
 * selection). A travel-time model takes the median of ten thousand slopes: sorting them all takes several times as long.
 */
const select = (values: Float64Array, place: number): number => {
  let left = 0;
  let right = values.length - 1;
  while (left < right) {
    const pivot = values[(left + right) >> 1] ?? 0;
    let [i, j] = [left, right];
    while (i <= j) {
      while ((values[i] ?? 0) < pivot) i += 1;
      while ((values[j] ?? 0) > pivot) j -= 1;
      if (i > j) break;
      const swapped = values[i] ?? 0;
      values[i] = values[j] ?? 0;
      values[j] = swapped;
      i += 1;
      j -= 1;
    }
    if (place <= j) right = j;
    else if (place >= i) left = i;
    else break;
  }
  return values[place] ?? 0;
};

/** Returns a quantile by linear interpolation between the ordered values; 0 without values. @param share from 0 to 1 */
export const quantile = (values: ArrayLike<number>, share: number): number => {
  if (values.length === 0) return 0;
  const copy = new Float64Array(values);
  const place = share * (copy.length - 1);
  const whole = Math.floor(place);
  const below = select(copy, whole);
  if (whole === place) return below;
  let above = copy[whole + 1] ?? below;
  for (let i = whole + 2; i < copy.length; i += 1) {
    const value = copy[i] ?? above;
    if (value < above) above = value;
  }
  return below + (above - below) * (place - whole);
};
