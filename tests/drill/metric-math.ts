/*
 * Evaluates the part of CloudWatch's metric math that the alarms use: numbers, metrics by ID, + - * /, comparisons, FILL(m,
 * value) and IF(condition, then, else).
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
 */

/** A datapoint; null if it is missing. */
export type Value = number | null;
type Expression = (values: Readonly<Record<string, Value>>) => Value;

const TOKEN = /\s*(>=|<=|==|!=|[-+*/(),<>]|\d+(?:\.\d+)?|[A-Za-z_]\w*)/y;

const tokensOf = (text: string): string[] => {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.trimEnd().length) {
    const at = TOKEN.lastIndex;
    const found = TOKEN.exec(text);
    if (!found?.[1]) throw new Error(`"${text}" is not supported metric math, from "${text.slice(at)}" on`);
    tokens.push(found[1]);
  }
  return tokens;
};

const OPERATORS: Readonly<Record<string, (a: number, b: number) => number>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '>': (a, b) => Number(a > b),
  '<': (a, b) => Number(a < b),
  '>=': (a, b) => Number(a >= b),
  '<=': (a, b) => Number(a <= b),
  '==': (a, b) => Number(a === b),
  '!=': (a, b) => Number(a !== b),
};
/** Operators by precedence, the weakest first. */
const LEVELS = [
  ['>', '<', '>=', '<=', '==', '!='],
  ['+', '-'],
  ['*', '/'],
] as const;

/** Evaluates metric math. A missing datapoint makes the result missing; FILL adds one. @throws Error for an unknown expression */
export const parseMath = (text: string): Expression => {
  const tokens = tokensOf(text);
  const take = (expected?: string): string => {
    const token = tokens.shift();
    if (token === undefined || (expected !== undefined && token !== expected))
      throw new Error(`"${text}" has ${token ?? 'its end'} where ${expected ?? 'something else'} is needed`);
    return token;
  };
  const listed = (): Expression[] => {
    take('(');
    const found = [level(0)];
    while (tokens[0] === ',') {
      take(',');
      found.push(level(0));
    }
    take(')');
    return found;
  };
  const primary = (): Expression => {
    if (tokens[0] === '(') return listed()[0] ?? (() => null);
    const token = take();
    if (/^\d/.test(token)) return () => Number(token);
    if (token === 'FILL') {
      const [metric, filling] = listed();
      return (values) => metric?.(values) ?? filling?.(values) ?? null;
    }
    if (token === 'IF') {
      const [condition, then, otherwise] = listed();
      return (values) => {
        const is = condition?.(values) ?? null;
        if (is === null) return null;
        return (is === 0 ? otherwise : then)?.(values) ?? null;
      };
    }
    if (tokens[0] === '(') throw new Error(`"${text}" uses ${token}, which is not known here`);
    return (values) => {
      if (!(token in values)) throw new Error(`"${text}" names ${token}, which is none of its metrics`);
      return values[token] ?? null;
    };
  };
  const level = (at: number): Expression => {
    const operators: readonly string[] | undefined = LEVELS[at];
    if (!operators) return primary();
    let left = level(at + 1);
    while (tokens[0] !== undefined && operators.includes(tokens[0])) {
      const operate = OPERATORS[take()];
      const [a, b] = [left, level(at + 1)];
      left = (values) => {
        const [x, y] = [a(values), b(values)];
        return x === null || y === null || !operate ? null : operate(x, y);
      };
    }
    return left;
  };
  const expression = level(0);
  if (tokens.length > 0) throw new Error(`"${text}" goes on with ${tokens.join(' ')}`);
  return expression;
};
