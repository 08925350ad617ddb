/*
 * The company's carriers in order, from the param: Twilio only by default. A list in the company file, JSON on the command
 * line. The functions read `${file(resources/carriers.cjs):environment}`.
 */
const { carrierProblems, CARRIER_FACTS, DEFAULT_CARRIERS } = require('../../../packages/carriers/src/facts.ts');

const TWILIO_API = 'https://api.twilio.com';

/** @returns the carriers in order @throws Error that says what is wrong with the param */
const carriers = async (resolveVariable) => {
  const param = await resolveVariable("param:carriers, 'none'");
  const list = typeof param !== 'string' ? param : param === 'none' ? DEFAULT_CARRIERS : JSON.parse(param);
  if (!Array.isArray(list) || list.length === 0)
    throw new Error('The param carriers must be a list of at least one carrier.');
  const [problem] = carrierProblems(list);
  if (problem) throw new Error(`The param carriers[${problem.index}].${problem.setting} ${problem.says}`);
  return list;
};

const factsOf = ({ name }) => CARRIER_FACTS.get(name);

module.exports = {
  carriers,
  factsOf,
  /** The settings of AWS End User Messaging; undefined when it is not in the list. */
  awsSms: async (resolveVariable) => (await carriers(resolveVariable)).find(({ name }) => name === 'aws'),
  /** The carriers as JSON; Twilio with the address of its emulator, which other functions get by the same param. */
  environment: async ({ resolveVariable }) => {
    const apiUrl = await resolveVariable(`param:twilioApiUrl, '${TWILIO_API}'`);
    const emulated = ({ name }) => name === 'twilio' && apiUrl !== TWILIO_API;
    const list = await carriers(resolveVariable);
    return JSON.stringify(list.map((carrier) => (emulated(carrier) ? { ...carrier, apiUrl } : carrier)));
  },
};
