export * from './config.ts';
export * from './reading/cli-config.ts';
export { type Config, SETTINGS } from './reading/to-config.ts';
export { type CommandNeeds, commandNeeds, serverEnvironment } from './deployer-config.ts';
export { hasScreen } from './has-screen.ts';
export { type PrometheusSettings } from './metric-sources.ts';
export { isSecretSetting, secretsOf, secretsOfEnvironment } from './secrets-of.ts';
export { retentionSettings } from './retention-config.ts';
export { readListen } from './xds-config.ts';
