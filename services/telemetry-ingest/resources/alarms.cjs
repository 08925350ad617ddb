const { alarmsFor, own, ownApiAlarm, table } = require('../../../config/alarms.cjs');

module.exports = alarmsFor(async (resolveVariable) => {
  const locations = await resolveVariable('param:locationsTable');
  return [
    {
      name: 'trailers-silent',
      impact: 'A customer sees an old position: a trailer on the road has not reported for ten minutes.',
      metric: own('StaleJobs'),
      statistic: 'Maximum',
      period: 300,
      of: 2,
      above: 0,
      // Counted every five minutes. Without a count, a failure of the counter would go unseen.
      missing: 'breaching',
    },
    {
      name: 'positions-throttled',
      impact: 'Positions are late: DynamoDB throttles trackers, which keep their fixes and retry.',
      metrics: {
        reads: table('ReadThrottleEvents', locations),
        writes: table('WriteThrottleEvents', locations),
      },
      math: 'FILL(reads, 0) + FILL(writes, 0)',
      statistic: 'Sum',
      period: 300,
      atLeast: 5,
    },
    ...(await ownApiAlarm(resolveVariable, 'telemetry-ingest')),
  ];
});
