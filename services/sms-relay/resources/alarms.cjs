const { alarmsFor, lambda, numberParam, own, ownApiAlarm, queue } = require('../../../config/alarms.cjs');

const VISIBLE = 'ApproximateNumberOfMessagesVisible';

/** Alarms for messages that are late, lost or of unknown outcome. */
const MESSAGE_ALARMS = [
  {
    name: 'dead-letters',
    impact:
      'A customer’s message, a receipt or a follow-up failed its last attempt: a customer may be waiting for an answer.',
    metrics: {
      inbound: queue(VISIBLE, 'InboundDeadLetterQueue'),
      unverified: queue(VISIBLE, 'UnverifiedDeadLetterQueue'),
    },
    math: 'FILL(inbound, 0) + FILL(unverified, 0)',
    statistic: 'Maximum',
    period: 60,
    above: 0,
  },
  {
    name: 'oldest-message',
    impact: 'Customers’ messages wait for more than a minute: no dispatcher has seen them.',
    // Follow-ups wait in the queue too, delayed, and AWS does not document whether these have an age. So only messages that are visible to
    // the worker count; for two minutes, since a fresh message may be visible as well.
    metrics: {
      age: queue('ApproximateAgeOfOldestMessage', 'InboundQueue'),
      waiting: queue(VISIBLE, 'InboundQueue'),
    },
    math: 'IF(waiting > 0, age, 0)',
    statistic: 'Maximum',
    period: 60,
    of: 2,
    above: 60,
  },
  {
    name: 'unknown-texts',
    impact: 'A dispatcher or a customer may not have received a message: its outcome is unknown.',
    metric: own('Unresolved'),
    statistic: 'Maximum',
    period: 300,
    above: 0,
    // Counted every quarter of an hour; the last count applies until the next one.
    missing: 'ignore',
  },
  {
    name: 'relay-slow',
    impact: 'Dispatchers get messages late: one in a hundred takes longer than ten seconds.',
    metric: own('RelayLatency'),
    statistic: 'p99',
    period: 300,
    // One burst, for example after an outage, is over before anyone can act. Periods slide by the minute, so a burst spans two of them.
    of: 4,
    datapoints: 3,
    above: 10_000,
  },
];

/** Alarms for texts that carriers accept and do not deliver, and for people who are not reached. They come by email: texts are what fails. */
const DELIVERY_ALARMS = [
  {
    name: 'texts-stuck',
    impact:
      'Customers’ messages are late by more than a quarter of an hour: their processing fails again and again. It is tried for eight hours.',
    metrics: { count: own('Stuck') },
    math: 'FILL(count, 0)',
    statistic: 'Sum',
    period: 900,
    above: 0,
  },
  {
    name: 'number-blocked',
    impact:
      'No one may be getting your texts: the networks block your number. 30034: register for A2P 10DLC in the Twilio Console. 30032: verify your toll-free number. 30007: they take your texts for spam.',
    metrics: { count: own('NumberBlocked') },
    math: 'FILL(count, 0)',
    statistic: 'Sum',
    period: 900,
    above: 0,
  },
  {
    name: 'texts-undelivered',
    impact:
      'Customers or dispatchers do not get texts: carriers accept them, and at least one in three does not arrive.',
    metrics: { failed: own('Undelivered'), arrived: own('Delivered') },
    // Few texts say little: one phone that is off would be a third of them.
    math: 'IF(FILL(failed, 0) >= 5, FILL(failed, 0) * 100 / (FILL(failed, 0) + FILL(arrived, 0)), 0)',
    statistic: 'Sum',
    period: 900,
    above: 33,
  },
  {
    name: 'nobody-answers',
    impact: 'Customers wait: no dispatcher has answered three messages or more within an hour. Is anyone on duty?',
    metrics: { count: own('Unanswered') },
    math: 'FILL(count, 0)',
    statistic: 'Sum',
    period: 3600,
    atLeast: 3,
  },
  {
    name: 'team-phone-stopped',
    impact:
      'A dispatcher, a driver or the operator gets no texts any more: the phone has texted STOP, QUIT, END, CANCEL or the like.',
    metrics: { count: own('TeamPhoneStopped') },
    math: 'FILL(count, 0)',
    statistic: 'Sum',
    period: 900,
    above: 0,
  },
  {
    name: 'escalation-failed',
    impact: 'A customer waits, no dispatcher has answered, and the text to the operator did not arrive.',
    metrics: { count: own('EscalationFailed') },
    math: 'FILL(count, 0)',
    statistic: 'Sum',
    period: 900,
    above: 0,
  },
];

/** Alarms for the functions of the relay. */
const WORKER_ALARMS = [
  {
    name: 'worker-crashing',
    impact: 'Customers’ messages are late, and may become dead letters: the function that relays them crashes.',
    metrics: {
      relay: lambda('Errors', 'RelayDashmessageLambdaFunction'),
      admit: lambda('Errors', 'AdmitDashmessageLambdaFunction'),
      account: lambda('Errors', 'CheckDashaccountLambdaFunction'),
    },
    math: 'FILL(relay, 0) + FILL(admit, 0) + FILL(account, 0)',
    statistic: 'Sum',
    period: 300,
    above: 0,
  },
  {
    name: 'worker-throttled',
    impact: 'Customers’ messages are late: Lambda throttles the function that relays them.',
    metrics: {
      relay: lambda('Throttles', 'RelayDashmessageLambdaFunction'),
      admit: lambda('Throttles', 'AdmitDashmessageLambdaFunction'),
    },
    math: 'FILL(relay, 0) + FILL(admit, 0)',
    statistic: 'Sum',
    period: 300,
    atLeast: 5,
  },
];

/** Alarms for money and credentials. Their limits are params. */
const accountAlarms = async (resolveVariable) => [
  {
    name: 'sms-spending',
    impact:
      'The owner: messages cost more in an hour than in a week. The cause is a loop, a flood, or a changed price.',
    metric: own('SmsDollars'),
    statistic: 'Sum',
    period: 3600,
    above: await numberParam(resolveVariable, 'smsDollarsPerHour'),
  },
  {
    name: 'twilio-balance',
    impact: 'Everyone, soon: when Twilio’s account is empty, nothing is sent, and Twilio releases the numbers.',
    metric: own('Balance'),
    statistic: 'Minimum',
    period: 900,
    below: await numberParam(resolveVariable, 'twilioBalanceFloor'),
    // Requested every quarter of an hour; without an answer from Twilio the last balance still applies.
    missing: 'ignore',
  },
  {
    name: 'twilio-credentials',
    impact:
      'Dispatchers get no messages, or webhooks are refused: a carrier does not accept our credentials or our number, or a webhook was for another account.',
    metrics: { account: own('CredentialsRefused'), texts: own('SetupRefused') },
    math: 'FILL(account, 0) + FILL(texts, 0)',
    statistic: 'Sum',
    period: 900,
    above: 0,
  },
];

module.exports = alarmsFor(async (resolveVariable) => [
  ...MESSAGE_ALARMS,
  ...DELIVERY_ALARMS,
  ...(await accountAlarms(resolveVariable)),
  ...WORKER_ALARMS,
  ...(await ownApiAlarm(resolveVariable, 'sms-relay')),
]);
