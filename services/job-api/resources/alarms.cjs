const { alarmsFor, ownApiAlarm, table } = require('../../../config/alarms.cjs');

module.exports = alarmsFor(async (resolveVariable) => {
  const jobs = await resolveVariable('param:jobsTable');
  return [
    {
      name: 'jobs-throttled',
      impact: 'Messages, positions and pages are late: DynamoDB throttles reads and writes of jobs.',
      metrics: { reads: table('ReadThrottleEvents', jobs), writes: table('WriteThrottleEvents', jobs) },
      math: 'FILL(reads, 0) + FILL(writes, 0)',
      statistic: 'Sum',
      period: 300,
      atLeast: 5,
    },
    ...(await ownApiAlarm(resolveVariable, 'job-api')),
  ];
});
