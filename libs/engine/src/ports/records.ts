export type * from './records/deployment.ts';
export type * from './records/event.ts';
export type * from './records/evidence.ts';
export type * from './records/model.ts';
export type * from './records/page.ts';
export type * from './records/rollout.ts';
export * from './records/version.ts';
export * from './stores/primary-term.ts';
export * from './release-settings.ts';
