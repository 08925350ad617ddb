/*
 * Which licences what we ship may be under. An SPDX expression is allowed when one side of each OR is, and both sides of each AND.
 * https://spdx.github.io/spdx-spec/v2.3/SPDX-license-expressions/
 */

/** @typedef {{ license?: { id?: string, name?: string }, expression?: string }} Licence */
/** @typedef {{ name: string, group?: string, version?: string, licenses?: Licence[] }} Component of a CycloneDX document */
/** @typedef {{ allowed: readonly string[], exceptions: Readonly<Record<string, string>> }} Rules `exceptions`: reason by package */

/** @param {Component} component */
export const nameOf = ({ group, name }) => (group ? `${group}/${name}` : name);

/** @param {Component} component @returns {string} as an SPDX expression; '' when it names none */
export const licenceOf = ({ licenses = [] }) =>
  licenses.map(({ expression, license }) => expression ?? license?.id ?? license?.name ?? '').join(' AND ');

/**
 * @param {string} expression
 * @param {readonly string[]} allowed
 * @returns {boolean} false for what cannot be read, too
 */
export const isAllowed = (expression, allowed) => {
  const words = expression.match(/[()]|[^\s()]+/g) ?? [];
  let at = 0;
  const one = () => {
    if (words[at] === '(') {
      at += 1;
      const inner = either();
      if (words[at] !== ')') return false;
      at += 1;
      return inner;
    }
    const id = words[at] ?? '';
    at += 1;
    // An exception to a licence is a licence of its own, which the list does not have.
    if (words[at] === 'WITH') {
      at += 2;
      return false;
    }
    return allowed.includes(id);
  };
  const both = () => {
    let holds = one();
    while (words[at] === 'AND') {
      at += 1;
      holds = one() && holds;
    }
    return holds;
  };
  /** @returns {boolean} */
  const either = () => {
    let holds = both();
    while (words[at] === 'OR') {
      at += 1;
      holds = both() || holds;
    }
    return holds;
  };
  const holds = either();
  return holds && at === words.length;
};

/**
 * @param {readonly Component[]} components
 * @param {Rules} rules
 * @returns {string[]} a sentence for each that may not be shipped, and for each exception that nothing needs
 */
export const licenceProblems = (components, { allowed, exceptions }) => {
  const refused = components.filter((component) => !isAllowed(licenceOf(component), allowed));
  const needed = new Set(refused.map(nameOf));
  return [
    ...refused
      .filter((component) => !Object.hasOwn(exceptions, nameOf(component)))
      .map(
        (component) =>
          `${nameOf(component)} ${component.version} ${licenceOf(component) ? `is under ${licenceOf(component)}` : 'names no licence'}, which .ci/licences.json does not allow. Use another package, or put it under "exceptions" there, with the reason.`,
      ),
    ...Object.keys(exceptions)
      .filter((name) => !needed.has(name))
      .map((name) => `${name} needs no exception any more: take it out of .ci/licences.json.`),
  ];
};
