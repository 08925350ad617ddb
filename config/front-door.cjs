/*
 * What a service is told of the front door, tracking-site's stack of the same stage: the outputs of that stack when one is
 * deployed there, so that a service deployed alone goes on to serve behind it. Where nothing is deployed (packaging, tests, a
 * laptop) no account is asked.
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
