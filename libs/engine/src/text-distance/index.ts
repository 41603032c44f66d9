export { type EmbedPorts } from './embed-texts.ts';
export * from './measure-distances.ts';
export * from './ports.ts';
export * from './records.ts';
export * from './texts-of-pairs.ts';
export * from './unit-vector.ts';
