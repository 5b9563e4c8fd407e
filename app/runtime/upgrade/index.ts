export { appVersionOf, carryOut, rebuildDerived, setVersions } from './carryOut.ts';
export { checkVersions, dueUpgrade, knownUpgrade, upgradeAt, WrongProgram } from './judge.ts';
export { upgradeMsgs, upgradeQueries, wrongPlan } from './messages.ts';
