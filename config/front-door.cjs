/*
 * Reads the front door's params: the outputs of tracking-site's stack of the same stage, if it is deployed. A service that is
 * deployed alone so stays behind the front door. Packaging, tests and local runs do not call AWS.
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
  /** `shared` if a front door exists; otherwise the service creates its own HTTP API. */
  httpApi: async (context) => ((await httpApiId(context)) === NONE ? 'own' : 'shared'),
};
