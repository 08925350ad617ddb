/**
 * Copies plain data: objects, arrays and primitives. Several times faster than `structuredClone`, which the memory stores would
 * call millions of times in a run of many seeds.
 */
export const copyOf = <T>(value: T): T => {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => copyOf(item)) as T;
  const copy = { ...value };
  for (const key in copy) if (typeof copy[key] === 'object') copy[key] = copyOf(copy[key]);
  return copy;
};
