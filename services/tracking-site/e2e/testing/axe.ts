import axe from 'axe-core';
import type { Page } from 'playwright-core';

/** Returns the faults that axe-core finds against WCAG 2.2 AA and good practice, as "rule: place". Looks into open shadow roots too. */
export const faultsOf = async (page: Page): Promise<string[]> => {
  // Evaluated by the debugger, which no content security policy hinders.
  await page.evaluate(axe.source);
  const result: unknown = await page.evaluate('axe.run()');
  if (typeof result !== 'object' || result === null || !('violations' in result) || !Array.isArray(result.violations)) {
    throw new Error('axe gave no result');
  }
  return result.violations.map(
    ({ id, nodes }) => `${id}: ${JSON.stringify(nodes.map(({ target }: { target: unknown }) => target))}`,
  );
};
