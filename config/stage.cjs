/*
 * Checks the stage's name. It is part of the names of stacks and functions (`telemetry-ingest-<stage>-report-trailer-location`, at most
 * 64 characters). AWS would refuse a longer name in the middle of a deployment.
 */
const STAGE = /^[a-z][a-z0-9-]{0,19}$/;

/** @returns the stage @throws Error that says what its name has to be */
const checkedStage = (stage) => {
  if (STAGE.test(stage)) return stage;
  throw new Error(
    `The stage is "${stage}"; it is 1 to 20 small letters, digits and dashes, the first a letter, like prod.`,
  );
};

module.exports = { checkedStage };
