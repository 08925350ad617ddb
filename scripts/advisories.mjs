/* Checks known vulnerabilities in shipped packages (SECURITY.md): each is fixed, or accepted with a reason and an end date. */

/** @typedef {{ github_advisory_id: string, module_name: string, severity: string, title: string, url: string, patched_versions?: string }} Advisory */
/** @typedef {{ id: string, package: string, reason: string, until: string }} Accepted `until`: a day such as 2027-01-31, the last */

const DAY = /^\d{4}-\d{2}-\d{2}$/;
/** Longest acceptance, in days. */
const LONGEST = 90;
const DAY_MS = 86_400_000;

/**
 * @param {readonly Advisory[]} advisories that the registry knows of our packages
 * @param {readonly Accepted[]} accepted
 * @param {number} now epoch ms
 * @returns {string[]} a sentence for each open advisory, and for each acceptance that is not valid
 */
export const advisoryProblems = (advisories, accepted, now) => {
  const today = new Date(now).toISOString().slice(0, 10);
  const latest = new Date(now + LONGEST * DAY_MS).toISOString().slice(0, 10);
  /** @param {Advisory} advisory */
  const acceptance = (advisory) =>
    accepted.find(({ id, package: name }) => id === advisory.github_advisory_id && name === advisory.module_name);
  return [
    ...accepted.flatMap(({ id, reason, until }) => {
      if (!reason?.trim()) return [`${id} is accepted without a reason (.ci/accepted-advisories.json).`];
      if (!DAY.test(until) || Number.isNaN(Date.parse(until)))
        return [`${id} is accepted until "${until}", which is not a date such as ${latest}.`];
      if (until > latest) return [`${id} is accepted until ${until}. The maximum is ${LONGEST} days: until ${latest}.`];
      return until < today ? [`${id} was accepted until ${until}. Fix it, or accept it again with a reason.`] : [];
    }),
    ...accepted
      .filter(
        ({ id, package: name }) => !advisories.some((one) => one.github_advisory_id === id && one.module_name === name),
      )
      .map(
        ({ id }) =>
          `${id} is accepted but concerns no shipped package any more. Remove it from .ci/accepted-advisories.json.`,
      ),
    ...advisories
      .filter((advisory) => !acceptance(advisory))
      .map(
        ({ github_advisory_id: id, module_name: name, severity, title, url, patched_versions: patched }) =>
          `${name}: ${title} (${severity}, ${id}). ${patched && patched !== '<0.0.0' ? `Repaired in ${patched}` : 'Not repaired yet'}. ${url}`,
      ),
  ];
};
