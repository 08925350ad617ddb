/*
 * Params of a service about the front door: the outputs of tracking-site's stack of the same stage, if it is
 * deployed, so that a service deployed alone stays behind it. Packaging, tests and a laptop do not
 * call AWS.
 */
const NONE = 'none';

const output =
  (name) =>
  async ({ resolveVariable }) => {
    if (process.argv[2] !== 'deploy') return NONE;
    const stage = await resolveVariable('sls:stage');
    return resolveVariable(`cf:qdn-tracking-site-${stage}.${name}, '${NONE}'`);
  };

const httpApiId = output('HttpApiId');

module.exports = {
  httpApiId,
  publicUrl: output('PublicUrl'),
  edgeKvsArn: output('EdgeKvsArn'),
  alarmTopicArn: output('AlarmTopicArn'),
  /** `shared` when there is a front door; else the service makes an HTTP API of its own. */
  httpApi: async (context) => ((await httpApiId(context)) === NONE ? 'own' : 'shared'),
};
