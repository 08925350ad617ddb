/*
 * Limits of each route of the HTTP API (docs/adr/0027-request-limits.md): 100 requests a second and 200 at once, or as many as the company
 * file says in `deployment.requestsPerSecond`.
 */
const { company } = require('./company.cjs');

const requestsPerSecond = company?.deployment?.requestsPerSecond ?? 100;

module.exports = { requestsPerSecond, requestsAtOnce: 2 * requestsPerSecond };
