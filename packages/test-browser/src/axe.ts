import axe from 'axe-core';
import type { Page } from 'playwright-core';

/** Returns the faults that axe-core finds against WCAG 2.2 AA and good practice, as "rule: place". Looks into open shadow roots too. */
export const faultsOf = async (page: Page): Promise<string[]> => {
  // Evaluated by the debugger, which no content security policy hinders.
  if (!(await page.evaluate('"axe" in globalThis'))) await page.evaluate(axe.source);
  // All rules are checked. The elements that pass are not described, and stay in the browser: they are most of a result.
  const violations: unknown = await page.evaluate(
    `axe.run({ resultTypes: ['violations'] }).then(({ violations }) =>
      violations.map(({ id, nodes }) => id + ': ' + JSON.stringify(nodes.map(({ target }) => target))))`,
  );
  if (!Array.isArray(violations)) throw new Error('axe gave no result');
  return violations;
};
