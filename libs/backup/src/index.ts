export { publishAboveAll } from './new-epoch.ts';
export * from './restore-backup.ts';
export * from './restored-revision.ts';
export * from './take-backup.ts';
