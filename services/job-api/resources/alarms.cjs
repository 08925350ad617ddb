const { alarmsFor, ownApiAlarm, table } = require('../../../config/alarms.cjs');

module.exports = alarmsFor(async (resolveVariable) => {
  const jobs = await resolveVariable('param:jobsTable');
  return [
    {
      name: 'jobs-throttled',
      hurts: 'Texts, positions and pages are late: DynamoDB turns away those who read and write jobs.',
      metrics: { reads: table('ReadThrottleEvents', jobs), writes: table('WriteThrottleEvents', jobs) },
      math: 'FILL(reads, 0) + FILL(writes, 0)',
      statistic: 'Sum',
      period: 300,
      atLeast: 5,
    },
    ...(await ownApiAlarm(resolveVariable, 'job-api')),
  ];
});
