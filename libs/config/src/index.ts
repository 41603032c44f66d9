export * from './config.ts';
export { serverEnvironment } from './deployer-config.ts';
