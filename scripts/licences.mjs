/*
 * Checks the licences of what we ship. An SPDX expression is allowed when one side of each OR is, and both sides of each AND.
 * https://spdx.github.io/spdx-spec/v2.3/SPDX-license-expressions/
 */
// @ts-expect-error Its types are those of an earlier version.
import spdxSatisfies from 'spdx-satisfies';

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
 * @param {readonly string[]} allowed SPDX identifiers
 * @returns {boolean} false for an expression that is not valid, too
 */
export const isAllowed = (expression, allowed) => {
  try {
    return spdxSatisfies(expression, [...allowed]);
  } catch {
    return false;
  }
};

/**
 * @param {readonly Component[]} components
 * @param {Rules} rules
 * @returns {string[]} a sentence for each package that must not be shipped, and for each unused exception
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
