/* The topic for the alarms of all services, and the alarm of the API behind the front door. */
const { alarmsFor, apiAlarm } = require('../../../config/alarms.cjs');

const MAIL = /^[^@\s]+@[^@\s]+\.[^@\s]+$/;

const alarms = alarmsFor([apiAlarm('')], () => ({ Ref: 'AlarmTopic' }));

module.exports = async (context) => {
  const { resolveVariable } = context;
  const email = await resolveVariable('param:alarmEmail');
  if (email !== '' && !MAIL.test(email))
    throw new Error(`The param alarmEmail is "${email}"; use an address like ops@example.com, or leave it out.`);
  const { Resources } = await alarms(context);
  return {
    Resources: {
      AlarmTopic: { Type: 'AWS::SNS::Topic', Properties: { DisplayName: 'QDN Relay' } },
      ...(email === ''
        ? {}
        : {
            AlarmMail: {
              Type: 'AWS::SNS::Subscription',
              Properties: { TopicArn: { Ref: 'AlarmTopic' }, Protocol: 'email', Endpoint: email },
            },
          }),
      ...Resources,
    },
    Outputs: { AlarmTopicArn: { Value: { Ref: 'AlarmTopic' } } },
  };
};
